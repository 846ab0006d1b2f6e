"""The territory: district, sub-districts, communities, grids, courtyards, buildings and sites, as one tree.

It is: where things are and what lies within what, by code, path and WGS-84 position. It is not who answers
for a place (duties) nor who lives there (parties). Districts load it; a domain may open and close its own
sites through `places.api`.
"""
