"""An engine in a process of its own: when it crashes or hangs, one answer is lost and nothing else.

May import: `generation.prompts`, `generation.base`. Begin with `engine`.
"""
