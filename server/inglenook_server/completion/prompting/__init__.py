"""What the model is asked, whether it is asked again with other files, and how sure the answer is.

May import: `completion.cleaning`, `completion.context`. Begin with `attempts`.
"""
