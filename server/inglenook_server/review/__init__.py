"""What the linters that are installed beside us say of texts. Each runs apart, on masked copies, with no configuration.

May import: only the indexer. Begin with `linters.lint`.
"""
