"""The index on disk: LanceDB tables, and the folder with its manifest, checksums and lock.

May import: `chunks`, `embed`, `files`, `secrets`, `symbols`, `system`. Begin with `tables`.
"""
