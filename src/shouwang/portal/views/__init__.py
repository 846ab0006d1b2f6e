"""The portal's pages: the way in, what is held about me, objections, and the verifying of papers."""
