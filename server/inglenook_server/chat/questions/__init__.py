"""What a question asks for: its form, its subject, its language. Pure; knows no index and no model.

May import: nothing of ours but the indexer's `text` and `search.query`. Begin with `forms` and `read`.
"""
