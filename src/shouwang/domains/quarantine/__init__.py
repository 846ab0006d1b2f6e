"""Quarantine: orders of home quarantine, the readings of those under them, and release on time.

It is: one order per case of the procedure HOME_QUARANTINE, its term by rule, two readings a day in their
windows, what was missed and how it was made up, breaches and fevers as steps of the case, the papers served,
and the release that waits for nobody's click. It is not the steps themselves (cases and procedures), not who
somebody is (parties), and not care or observation sites.

Written by `services` only. Whoever changes an order, its readings or its missed readings first locks the
order's case (`cases.lock_case`): one order in one hand at a time, and no two locks crosswise.
"""
