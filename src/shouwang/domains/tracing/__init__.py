"""Contacts of cases, lists from other sources, and courtyards with a case.

Not the quarantine of those who are found (quarantine). Until the domain has tables of its own, its working
methods run on the case page of the desk.
"""
