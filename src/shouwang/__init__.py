"""Shouwang (守望): runs a district through an outbreak and the recovery after it."""
