"""The tools, a module for each kind of question: what an agent asks in, text out. No protocol is known here.

May import: the modules of `mcp` beside it, but for `server`. Begin with `table`.
"""
