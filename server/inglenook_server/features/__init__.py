"""One module for each thing that an editor can ask for: translate in, call the core, translate out.

May import: all but `cli`. Begin with `inline_completion`.
"""
