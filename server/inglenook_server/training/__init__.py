"""Training an adapter on a repository, and judging it on what was held out.

May import: `generation`, `adapters`, `models`. Begin with `train`.
"""
