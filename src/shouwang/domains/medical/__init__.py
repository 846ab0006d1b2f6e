"""Fevers that are found anywhere, and transport of the sick that is no emergency.

Not the readings of people in quarantine (quarantine). No diagnosis beyond a status is kept. Until the domain
has tables of its own, its working methods run on the case page of the desk.
"""
