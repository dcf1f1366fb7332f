"""What coding agents ask for by the Model Context Protocol: tools that read the index, and change nothing.

May import: `chat`, `workspace`. Begin with `server`.
"""
