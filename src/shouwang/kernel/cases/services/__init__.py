"""Writes of cases: `opening` and closing, `handing` over, `climbing` clocks, `containing` people."""
