"""Gates: the road checkpoints where cars that enter the city are registered and checked (lexicon workflow 4).

A traveller registers the car and everyone in it once, by phone; a guard compares papers, takes temperatures
and gets the decision with its reasons; whoever must stay at home is handed to the community where they live.
Gates know nothing of what happens there: the procedure HOME_QUARANTINE does, which they open by its key.

Written by `services` only: travellers and guards, through pages, the API or the simulation, come to the same
functions.
"""
