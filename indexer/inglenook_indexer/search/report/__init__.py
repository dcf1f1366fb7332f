"""A pasted report (a bug report, a trace with words around it, failing output) -> the files that it is about.

Knows the store through its look-ups alone. Begin with `report`: what is taken out of a text; then `features`: what of
that speaks for a file. A short query never comes here.
"""
