"""Taking personal details out of the journal, while what happened and how often stays."""

from __future__ import annotations

from shouwang.kernel.journal.models import Detail, Ref


def shred(subject: Ref) -> int:
    """Delete the details of every entry about `subject`; return how many there were.

    The entries stay, and so do the seals over them: an entry holds only a salted hash of its detail, and the
    salt goes with the detail, so that nothing can be guessed back.
    """
    chosen = Detail.objects.filter(entry__subject_kind=subject.kind, entry__subject_key=subject.key)
    count, _ = chosen.delete()
    return count
