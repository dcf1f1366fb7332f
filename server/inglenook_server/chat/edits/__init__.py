"""A change that an answer proposes: found in its text, placed by syntax, refused where it breaks the file.

May import: `completion.syntax`, `chat.signature`, `chat.addressed`, `chat.known.markdown`. Begin with `propose`.
"""
