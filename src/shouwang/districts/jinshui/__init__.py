"""Jinshui District, Zhengzhou: one deployment, with a demo population at the size the article tells of.

What is real: the district's outline, its 17 sub-districts and 207 communities with their codes. Everything
below them, all positions and shapes inside the outline, and every person are invented and marked so; see
`data/README.md`. Another district brings a folder like this one and names it in `SHOUWANG_DISTRICT`.

- `naming`, `geometry`, `population`, `make` produce the files in `data/` (once; they are kept);
- `territory`, `staffing`, `cast`, `load` bring them into the database through the kernel's doors;
- `domain` names the article's figures that the district must reproduce.
"""
