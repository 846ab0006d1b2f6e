"""What `shouwang <command>` does: starting and stopping the product, and looking at it from a terminal.

Thin: a command prepares the process, calls one door of the product and prints. Nothing imports this package
but `shouwang.__main__`.
"""
