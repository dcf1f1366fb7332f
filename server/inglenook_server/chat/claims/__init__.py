"""What a model says of the workspace, checked sentence by sentence while it streams.

May import: `chat.excerpts`. Begin with `checker`.
"""
