"""What is written to the journal: entries, seals, and the shredding of details."""
