"""Reading gates: origins and destinations to choose from, passages, and what a device may bring out again."""
