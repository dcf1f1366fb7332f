"""The table's columns, and chunks as rows and as llama-index nodes. Knows nothing of LanceDB or of files on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from inglenook_indexer.types import FORMAT, Chunk

if TYPE_CHECKING:
    from llama_index.core.schema import BaseNode, TextNode

CHUNK_COLUMNS = [
    *("path", "language", "text", "start_line", "end_line", "start_byte", "end_byte", "symbol", "defines", "kinds"),
]
FACT_COLUMNS = ["facts", "keys"]
FILE_COLUMNS = ["path", "size", "mtime_ns", "digest"]


def table_schema(embedder: str, dimensions: int) -> pa.Schema:
    """One row is one chunk. `hash` is `text_hash` of its text."""
    return pa.schema(
        [
            pa.field("id", pa.string()),
            pa.field("path", pa.string()),
            pa.field("language", pa.string()),
            pa.field("text", pa.string()),
            pa.field("start_line", pa.int32()),
            pa.field("end_line", pa.int32()),
            pa.field("start_byte", pa.int32()),
            pa.field("end_byte", pa.int32()),
            pa.field("symbol", pa.string()),
            pa.field("defines", pa.list_(pa.string())),
            pa.field("kinds", pa.list_(pa.string())),
            pa.field("facts", pa.string()),
            pa.field("keys", pa.list_(pa.uint32())),
            pa.field("words", pa.string()),
            pa.field("size", pa.int64()),
            pa.field("mtime_ns", pa.int64()),
            pa.field("digest", pa.string()),
            pa.field("hash", pa.string()),
            pa.field("vector", pa.list_(pa.float16(), dimensions)),
        ],
        metadata={"inglenook": f"{FORMAT}:{embedder}:{dimensions}"},
    )


def text_hash(text: str) -> str:
    """blake2b-128 of a chunk's text, hex: what its vector is kept by, and what tells a damaged row."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def genuine(row: Mapping[str, Any]) -> bool:
    """Whether a row (with `id` and `hash`) holds what was written: a store keeps no checksums of its own."""
    if row["hash"] != text_hash(row["text"]):
        return False
    _, ours, lines = row["id"].rpartition(":")
    # Only our own ids name a place; a library user's nodes have ids of any kind.
    if not ours or not lines.replace("-", "").isdecimal():
        return True
    return bool(row["id"] == f"{row['path']}:{row['start_line']}-{row['end_line']}")


def vectors(rows: Any, dimensions: int) -> pa.FixedSizeListArray:
    """A column of vectors, float16."""
    flat = pa.array(np.ascontiguousarray(rows, np.float16).reshape(-1))
    return pa.FixedSizeListArray.from_arrays(flat, dimensions)


def with_vectors(rows: pa.Table, found: Any, schema: pa.Schema) -> pa.Table:
    """`rows` of a chunk table without its vectors as rows of `schema`, with (len(rows), dimensions) vectors."""
    column = vectors(found, schema.field("vector").type.list_size)
    columns = [column if field.name == "vector" else rows[field.name].cast(field.type) for field in schema]
    return pa.table(columns, schema=schema)


def node_of(chunk: Chunk, file: Mapping[str, Any] | None = None) -> TextNode:
    """A chunk as a llama-index node; its source is the file's path. `file` gives size, mtime_ns and digest."""
    from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode

    metadata: dict[str, Any] = {name: getattr(chunk, name) for name in CHUNK_COLUMNS if name != "text"}
    metadata |= {"defines": list(chunk.defines), "kinds": list(chunk.kinds)}
    metadata |= {"facts": chunk.facts, "keys": list(chunk.keys)}
    if file is not None:
        metadata |= {name: file[name] for name in FILE_COLUMNS[1:]}
    keys = list(metadata)
    return TextNode(
        id_=chunk.id,
        text=chunk.text,
        metadata=metadata,
        excluded_embed_metadata_keys=keys,
        excluded_llm_metadata_keys=[key for key in keys if key not in ("path", "symbol")],
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=chunk.path)},
    )


def chunk_of(row: Mapping[str, Any]) -> Chunk:
    """A chunk from a table row, or from a node's metadata with its text put in."""
    return Chunk(
        **{name: row[name] for name in CHUNK_COLUMNS} | {name: tuple(row[name] or ()) for name in ("defines", "kinds")}
    )


def rows_of(nodes: Sequence[BaseNode], schema: pa.Schema) -> pa.Table:
    """Embedded nodes as rows. Nodes without file facts (a library user's own) get zeros and an empty digest."""
    columns: dict[str, Any] = {"id": [node.node_id for node in nodes], "text": [node.get_content() for node in nodes]}
    defaults: dict[str, Any] = {
        "path": "", "language": "text", "start_line": 1, "end_line": 1, "start_byte": 0, "end_byte": 0, "symbol": "",
        "defines": [], "kinds": [], "facts": "", "keys": [], "words": "", "size": 0, "mtime_ns": 0, "digest": "",
    }  # fmt: skip
    for name, default in defaults.items():
        columns[name] = [node.metadata.get(name, default) for node in nodes]
    return table_of(columns, [node.embedding for node in nodes], schema)


def table_of(columns: Mapping[str, Sequence[Any]], embedded: Any, schema: pa.Schema) -> pa.Table:
    """Columns of chunks as rows; `embedded` are their vectors, (rows, dimensions). Adds `hash`."""
    made = {
        "hash": pa.array(map(text_hash, columns["text"]), pa.string()),
        "vector": vectors(embedded, schema.field("vector").type.list_size),
    }
    return pa.table([made[f.name] if f.name in made else pa.array(columns[f.name], f.type) for f in schema],
                    schema=schema)  # fmt: skip
