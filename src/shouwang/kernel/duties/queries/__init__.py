"""Reading duties: the chain of who answers, everybody's reach, and the board of gaps."""
