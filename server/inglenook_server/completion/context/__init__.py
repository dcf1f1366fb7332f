"""What other files have to say at a cursor: sources that run side by side, each with a time budget.

May import: `completion.syntax`. Begin with `gather`.
"""
