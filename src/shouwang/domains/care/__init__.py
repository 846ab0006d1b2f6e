"""Help for residents at home, and for people who sleep in the street.

What somebody says in counselling is never stored. Until the domain has tables of its own, its working methods
run on the case page of the desk.
"""
