import lancedb
import pyarrow as pa
import pytest
from inglenook_indexer.store.sql import one_of, quoted


@pytest.mark.parametrize("text", ["", "plain", "it's", "'", "''", '"', "\\", "\\'", "a\nb", "%_", "漢"])
def test_a_literal_stands_for_its_text(tmp_path, text):
    table = lancedb.connect(tmp_path).create_table("t", pa.table({"path": [text, f"{text}x", "other"]}))
    assert table.count_rows(f"path = {quoted(text)}") == 1
    assert table.count_rows(one_of("path", [text, f"{text}x"])) == 2
