"""Disinfection, and the waste of homes in quarantine from the door to the incinerator.

Until the domain has tables of its own, its working method runs on the case page of the desk.
"""
