"""A file's text cut into chunks, and chunks as rows of the table or nodes of llama-index.

May import: `embed`, `symbols`, `text`. Begin with `chunk`.
"""
