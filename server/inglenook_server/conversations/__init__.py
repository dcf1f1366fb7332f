"""Conversations that are kept on this machine, by workspace: saved, listed, renamed, deleted, exported.

May import: `errors`, `chat.sanitize`, `chat.known.markdown`. Begin with `store`.
"""
