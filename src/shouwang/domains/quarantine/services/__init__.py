"""Writing quarantine: orders, readings, missed readings, papers, release and shredding."""
