"""What staff type on the desk's pages. The kernel checks it again; forms keep it and say what is missing."""
