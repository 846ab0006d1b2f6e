"""Orders: three-level linkage (三级联动), from the district down to the courtyards and back up.

An order says what is to be done, by when, by which duty at which places. Each of its legs is a case of the
procedure ORDER: the place acknowledges, carries out and reports, and whoever issued it confirms or returns.
Whoever receives a leg may split it: an order of their own to the places below, with the leg as its parent.
Clocks, climbing, custody and handovers are those of cases. An order is not a conversation and carries no
personal data. Written to by `services` only: by those who lead (`order.issue`), and by the procedure.
"""
