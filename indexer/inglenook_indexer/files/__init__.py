"""Which files are indexed, by git's rules and ours, and what their text is.

May import: `secrets`, `text`. Begin with `discover`.
"""
