"""From a query to ranked spans, and the open index that answers.

May import: `store` and what is below it. Begin with `hybrid`; the weights of the ranking are in `weights`.
"""
