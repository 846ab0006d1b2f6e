"""People, households, organisations and accounts, and the vault of what identifies them.

It is: who somebody is, found again by an exact match of an identity number or telephone, and where they live.
It is not what they do (duties) nor what concerns them (cases). Identity numbers, telephones and exact
addresses exist only in the vault, encrypted; `parties.api.reveal` is the one way out, needs a purpose and is
journaled.
Only the services of this concept write these tables.
"""
