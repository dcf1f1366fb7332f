"""The OpenVINO engine: a converted model on the CPU, with a key-value cache that prompts share.

May import: `generation.local` and what is below it. Begin with `engine`.
"""
