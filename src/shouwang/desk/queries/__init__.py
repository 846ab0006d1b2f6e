"""What the pages show: read from the kernel through its doors, in a bounded number of queries."""
