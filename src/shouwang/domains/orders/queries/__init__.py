"""Reads of orders: who may see which, how the answers stand, where an order may go."""
