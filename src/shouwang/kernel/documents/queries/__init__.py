"""Reading documents, and verifying tokens."""
