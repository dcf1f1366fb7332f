"""The folders that are open: each with its index and its updater.

May import: `runtime`, `models`. Begin with `folders`.
"""
