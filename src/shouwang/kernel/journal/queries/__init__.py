"""What is read from the journal: entries in words, and the proof that nothing was changed."""
