"""Inline completion: from a cursor to the text that belongs there.

May import: `generation`. Begin with `scheduler`, which takes the requests; `engine` answers one.
"""
