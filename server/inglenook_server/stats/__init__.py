"""What became of suggestions, in numbers, on this machine only. No text is kept.

May import: `completion`. Begin with `observer`.
"""
