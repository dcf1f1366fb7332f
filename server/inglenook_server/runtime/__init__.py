"""Worker threads, activity that background work waits for, and the status of a session.

May import: only `errors` and `settings`. Begin with `workers`.
"""
