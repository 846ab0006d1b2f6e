"""Template tags of the common face."""
