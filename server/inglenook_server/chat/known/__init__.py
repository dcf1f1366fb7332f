"""Answers that are read from the index alone, one module for each family of questions. No model is asked.

May import: `chat.questions`. Begin with `answer`.
"""
