"""Keeping days and tallies."""
