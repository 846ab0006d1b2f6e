"""Shouwang (守望): runs a district through an outbreak and the recovery after it."""

__version__ = "0.1.0"
