"""The wire: bytes to messages, our own methods and their types, and the session over one connection.

May import: only `errors`. Begin with `methods`, the table of all methods.
"""
