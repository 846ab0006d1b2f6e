"""Reading rules: what is in force, deciding by it, and explaining a refusal."""
