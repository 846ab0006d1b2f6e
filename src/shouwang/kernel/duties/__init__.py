"""Duties: who answers for which place, now, and what they may therefore see and do.

It is: roles (what a duty is and carries), posts (a role at a place) and holdings (a person on a post for a
time); from these follow the holder of a role at a place, the chain above it, the gaps, and everybody's reach.
It is not accounts or passwords (parties), not the work itself (cases), and there are no groups or superusers:
reach comes from a holding in force and ends with it. Roles are registered at start by the kernel and by
domain manifests; posts and holdings are written only by `duties.services`, through `duties.api`.
"""
