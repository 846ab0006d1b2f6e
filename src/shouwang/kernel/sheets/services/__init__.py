"""Making workbooks."""
