"""Home pages: the landing page for everybody, and the sign-in of staff.

Pages of one domain for the public (registering a car, the resident's own page) belong to that domain.
"""
