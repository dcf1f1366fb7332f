"""File events as hints that a path may have changed.

May import: `files`. Begin with `watcher`.
"""
