"""From a request to token ids, by the model's own vocabulary and template.

May import: `generation.base`. Begin with `prompter`.
"""
