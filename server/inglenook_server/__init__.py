"""Inglenook's language server and command line: a private code assistant on the user's own machine."""

__all__ = ["__version__"]

__version__ = "0.1.0"
