"""Making the index say what the folder says: what has to be done, and doing it.

May import: `search` and what is below it. Begin with `maintenance`.
"""
