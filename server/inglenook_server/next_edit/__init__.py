"""Next edits: from what was just changed to where the same change is due, without a model.

May import: `completion.syntax`, and of the indexer `text` and its types. Begin with `predict`, which asks the
predictors and ranks what they say; `edit_log` tells edits from keystrokes, and `manners` says when nothing is offered.
"""
