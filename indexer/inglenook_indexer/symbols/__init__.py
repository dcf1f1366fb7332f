"""Definitions, references and imports: found in the tree that the chunker parses anyway, kept in the chunks' own rows.

`patterns` holds the queries, `extract` runs them, `facts` packs what they found for one chunk, `resolve` tells which
file an import means, `graph` answers questions.
"""
