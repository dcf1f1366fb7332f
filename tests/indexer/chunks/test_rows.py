"""Files become rows in two ways: directly, and through llama-index nodes. Both must give the same table."""

import pytest
from inglenook_indexer.chunks.rows import Cutter
from inglenook_indexer.chunks.schema import rows_of, table_schema
from inglenook_indexer.chunks.transformations import run, transformations
from inglenook_indexer.embed.static import StaticEmbedder
from inglenook_indexer.types import SourceFile

FILES = {
    "shop/cart.py": ("python", "import os\n\n\nclass Cart:\n    def total(self):\n        return os.sep\n" * 60),
    "notes.md": ("markdown", "# Über\n\nWas Wörter\n\n## Zwei\n\nmehr\n"),
    "blank.txt": ("text", "\n \n\n"),
    "empty.txt": ("text", ""),
    "conf.yaml": ("yaml", "a:\n  b: 1\n"),
}


@pytest.mark.parametrize("names", [list(FILES), ["blank.txt"], []])
def test_rows_are_what_the_transformations_make(names):
    embedder = StaticEmbedder()
    schema = table_schema("static-code:2", embedder.dimensions)
    sources = [SourceFile(name, FILES[name][1], FILES[name][0], f"digest of {name}", 9, 8) for name in names]
    rows = Cutter(embedder, schema).rows(sources)
    assert rows.equals(rows_of(run(sources, transformations(embedder)), schema))
    assert rows.num_rows == 0 or {"Cart", "Über"} <= {name for found in rows["defines"].to_pylist() for name in found}
