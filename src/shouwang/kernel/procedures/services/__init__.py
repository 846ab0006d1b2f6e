"""Writes of procedures: publishing versions and moving cases through them."""
