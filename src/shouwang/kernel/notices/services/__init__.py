"""Sending and closing notices, and telling open pages that something changed."""
