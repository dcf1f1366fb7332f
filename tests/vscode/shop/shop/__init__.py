"""A small ordering library."""
