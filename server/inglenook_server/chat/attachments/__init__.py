"""What goes along with a question: what it names, what the editor gives, the workspace's instructions. Reads no disk.

May import: `chat.signature`, `generation.prompts`, and of the indexer its types, words and secret rules.
Begin with `attach`.
"""
