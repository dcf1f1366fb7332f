"""What stands at a cursor: its lines, brackets, strings, blocks, and whether a suggestion is wanted there.

May import: `documents`. Begin with `cursor`.
"""
