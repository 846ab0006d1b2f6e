"""Publishing tables and parameters, after they were checked."""
