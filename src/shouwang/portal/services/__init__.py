"""What the portal writes: counts of sign-in attempts, and objections of people to what is held about them."""
