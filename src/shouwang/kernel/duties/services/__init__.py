"""Writing duties: posts, and who holds them."""
