"""Reading quarantine: times of day, who is under an order, what is due, and what release still lacks."""
