"""What a text is: its language, its syntax tree, its words, its cells, and how it may be shown.

May import: nothing else of this package. Begin with `languages`.
"""
