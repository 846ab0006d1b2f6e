"""The smallest district there can be, for starting the demo in a test: one place, nobody on any post."""
