"""Reads: what a file says (`profile`), which version is in force (`library`), where a case stands."""
