"""Writing orders: issuing and closing them, and what the procedure notes on their legs."""
