"""Vectors of texts: a static table that is always there, and an encoder where the user fetched one.

May import: `system`, `text`. Begin with `base`.
"""
