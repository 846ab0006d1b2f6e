"""Notices: what is put before a person because they should know or act, and the signal that a page is old.

It is: an in-app inbox per person, and `touch`, which tells open pages in the same transaction that something
they show has changed. It is not the record of what happened (journal), nor the list of what is to be done
(cases): reading a notice settles nothing, and closing its thread takes it away. Notices carry no personal
data beyond whose inbox they lie in. Any concept above duties may send; only `notices.services` writes.
"""
