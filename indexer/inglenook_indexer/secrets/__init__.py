"""What is withheld of a text, and which files are withheld whole.

May import: `system`, `text`. Begin with `redact`; a new rule belongs to `assignment_forms` or `formats`.
"""
