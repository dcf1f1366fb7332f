"""Inline completion: from a cursor to the text that belongs there."""
