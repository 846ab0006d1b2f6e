"""Where things are: the tree of places, and positions."""
