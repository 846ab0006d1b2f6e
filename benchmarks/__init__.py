"""One module per figure that Shouwang is held to, each against a named baseline of the same run."""
