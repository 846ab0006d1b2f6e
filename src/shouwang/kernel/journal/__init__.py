"""The journal: the append-only record of every act.

It is: who did what to whom, when and where, in words that both languages can tell; sealed into a hash
chain so that a later change shows. It is not a log of the program, not a queue, and holds no personal data in
the open: what must be kept about a person beside an act goes into a detail that can be shredded.

The lowest concept of the kernel: it refers to actors, subjects and places by kind and key, never by foreign
key. Everybody may write through `journal.api.record`; nobody may change or delete.
"""
