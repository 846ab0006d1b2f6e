"""Cases: every concern about a person, place, firm or consignment, with one holder per open step.

A case is a concern that somebody must bring to an end. It is not a document store and not a chat: what
happened is told by the journal, what is to be done next by its open steps. Which step follows which is the
business of `shouwang.kernel.procedures`; this concept only keeps the promises that no procedure may break:

I1  an open case has an open step, and each open step has exactly one answerable holder;
I2  the giver of a handover answers until the receiver accepts;
I3  a person has at most one containment state, and never none while an order is in force;
I4  each missed clock climbs exactly once per level, in order, however many workers run or die;
I5  a case closes only by an end of its procedure, with an outcome;
I6  per place and day: opened + received = closed + handed on + still open.

I1, I3, I5 and I6 are held by constraints and triggers of PostgreSQL, so that no code can break them; I2
and I4
by compare-and-set updates in `services`. Written to only through `services`, entered only through `api`.
"""
