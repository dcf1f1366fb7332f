"""Definitions, references and imports of a syntax tree, and the graph over those of all files.

May import: `text`. Begin with `extract`; the queries of each language lie in `queries/`.
"""
