"""Firms, building sites and schools that open again, and what happens when somebody there has a fever.

Until the domain has tables of its own, its working method runs on the case page of the desk.
"""
