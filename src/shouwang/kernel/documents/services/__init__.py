"""Making documents and tokens."""
