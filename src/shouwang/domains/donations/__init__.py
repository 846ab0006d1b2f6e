"""Donations: offered, counted by two, stored, allocated, handed out against signature, published.

Until the domain has tables of its own, its working method runs on the case page of the desk.
"""
