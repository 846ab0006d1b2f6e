"""What is written about people: registration, the vault, homes, accounts, disclosure and shredding."""
