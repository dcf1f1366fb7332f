"""What a question that begins with "/" asks for: looking something up, or a task for the model with code to work on.

May import: `chat.places`, `chat.edits`, `chat.known`. Begin with `task`.
"""
