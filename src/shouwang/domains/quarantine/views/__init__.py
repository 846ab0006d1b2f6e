"""Pages of quarantine: the resident's own, and the team's."""
