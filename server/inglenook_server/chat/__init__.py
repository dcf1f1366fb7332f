"""A question about the workspace, answered with citations.

May import: `completion.prompting`, `generation`. Begin with `answer`.
"""
