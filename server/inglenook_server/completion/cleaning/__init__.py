"""What is cut from a model's text, and when its generation may stop.

May import: `completion.syntax`. Begin with `filters.chain`.
"""
