"""Indicators: named measures of the district, each computed from records that can be opened.

It is: what is counted, in words; its value for a place at an instant; its days; the records behind it; and
the article's figures beside the computed ones. It is not the records themselves, not a report, and no value
is ever written down as a result: daily values are snapshots of the same computation, and a tally is proved
equal to a recount.

Indicators and article rows are registered at start, by this concept for the territory and by manifests of
domains for theirs. Written only through `indicators.api`.
"""
