"""Reads of cases: `work` of a person, `access` to cases, `counting` that must come to zero."""
