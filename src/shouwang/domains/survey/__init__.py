"""Household surveys and arrivals: who lives where, who came back from where, found house by house in rounds.

What the rounds find goes on as cases of other procedures. Until the domain has tables of its own, its working
method runs on the case page of the desk.
"""
