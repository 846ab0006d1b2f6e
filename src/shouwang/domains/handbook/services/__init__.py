"""Writes of the handbook, and its papers."""
