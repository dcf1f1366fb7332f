"""Which indices a table gets, and when they pay. Knows LanceDB's index kinds; knows nothing of what rows mean."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

VECTOR_ROWS = 50_000  # from here on a flat scan costs more (150 ms at 100,000) than a partitioned search loses
SCALAR_ROWS = 10_000  # from here on looking a key up by a scan is felt (5 ms)
PROBES = 32  # partitions searched of some 250: found 9 in 10 of the 60 nearest among 100,000 chunks of real code
UNINDEXED_ROWS = 2000  # rows that a search may scan flat (a few ms) before they are merged into its index
FRAGMENTS = 64  # parts of a table; each costs every query some ten microseconds ...
FRAGMENT_ROWS = 5_000  # ... and one more for so many rows: merging rewrites the table, a large one all the less often
KEEP_VERSIONS = timedelta(minutes=30)  # longer than any reader holds on to one version
NOTHING = timedelta(milliseconds=1)  # no version but the latest: LanceDB warns of less, and counts in these
SEGMENTS = 12  # parts of a vector index: each merging adds one, and every search visits all
_PARTITIONS = 256  # at most: finding each row's partition costs rows times partitions, which must stay linear
_ITERATIONS = 12  # of training; fifty found no more
_SAMPLES = 64  # training vectors for each partition: more did not find more, and took memory


def columns(table: Any) -> dict[str, str]:
    """Indexed column -> the name of its index."""
    return {index.columns[0]: index.name for index in table.list_indices()}


def index_words(table: Any, column: str = "words") -> None:
    """Full-text search over words that were split before, by their English stems; made anew where there is one."""
    from lancedb.index import FTS

    config = FTS(
        base_tokenizer="whitespace", with_position=False, lower_case=False, stem=True, remove_stop_words=False,
        ascii_folding=False, max_token_length=64,
    )  # fmt: skip
    table.create_index(column, config=config, replace=True)


def index_keys(table: Any, wanted: tuple[str, ...]) -> None:
    """Sorted keys for the columns that rows are looked up by, once the table is large."""
    from lancedb.index import BTree

    if table.count_rows() < SCALAR_ROWS:
        return
    for column in set(wanted) - columns(table).keys():
        table.create_index(column, config=BTree(), replace=True)


def index_vectors(table: Any, column: str, at_least: int) -> None:
    """Partition the vectors of a large table; `optimize` keeps the partitions up to date, in parts that add up."""
    rows = table.count_rows()
    known = {index.columns[0]: index.num_segments or 1 for index in table.list_indices()}
    if rows < at_least or known.get(column, SEGMENTS + 1) <= SEGMENTS:
        return
    from lancedb.index import IvfFlat

    partitions = max(1, min(int(rows**0.5), _PARTITIONS))
    config = IvfFlat(
        distance_type="dot", num_partitions=partitions, sample_rate=_SAMPLES, max_iterations=_ITERATIONS
    )  # fmt: skip
    table.create_index(column, config=config, replace=True)


def stale(table: Any) -> bool:
    """Whether so many rows are outside the indices, or the table is in so many parts, that merging pays."""
    known = table.stats()
    if known["fragment_stats"]["num_fragments"] > FRAGMENTS + known["num_rows"] // FRAGMENT_ROWS:
        return True
    return any(
        statistics is not None and statistics.num_unindexed_rows > UNINDEXED_ROWS
        for statistics in map(table.index_stats, columns(table).values())
    )


def compact(table: Any, *, keep: timedelta | None = None, unverified: bool = False) -> None:
    """Merge small parts and unindexed rows, and drop versions older than `keep`, else those that no reader needs.

    `unverified` also drops files that no version names, as a killed writer leaves: for the lock's holder only.
    """
    table.optimize(cleanup_older_than=KEEP_VERSIONS if keep is None else keep, delete_unverified=unverified)
