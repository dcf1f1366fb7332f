"""What has changed in a working tree: git's own files read, compared and put in terms of symbols. No git is run.

May import: only the indexer. Begin with `diff.changes`; `repository` and `objects` read what git keeps.
"""
