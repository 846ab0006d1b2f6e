"""The command screen: control and people on duty at one look, live, every number opening down to its records.

It computes nothing of its own: figures come from cases, duties and indicators through their doors. It shows
places, steps, posts and counts, never the name of somebody under an order. It writes nothing.
"""
