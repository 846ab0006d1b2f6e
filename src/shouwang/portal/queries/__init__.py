"""What the portal reads: objections, and what a code on a paper says."""
