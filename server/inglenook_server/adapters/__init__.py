"""The adapters of a workspace: which there are, and which is switched on.

May import: `weights`. Begin with `registry`.
"""
