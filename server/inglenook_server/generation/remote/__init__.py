"""The engine that asks a server which the user's own settings name.

May import: `generation.prompts`, `generation.base`. Begin with `engine`.
"""
