"""Reads of the board: the command screen, and the page of each campaign."""
