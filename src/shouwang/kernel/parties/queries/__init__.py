"""Finding people by exact match, their masked look, where they live, and what is held about them."""
