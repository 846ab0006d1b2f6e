"""Small tools that know nothing of the kernel: time, words, checks, problems, money, keys, identifiers.

Nothing here has a model or reads the database. Every other package may import from here.
"""
