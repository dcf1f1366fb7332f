"""The ranker's constants. `python -m tests.benchmarks retrieval --fit` prints them anew; nothing but numbers here.

Unit: one point of score. They are the weights of a linear model: a softmax over each question's candidate files, fitted
to the files that answer it (listwise, Cao et al., 2007), L2 .03. The ablation that justifies each is the row of its
name in tests/benchmarks/results/retrieval.md; what was fitted on all development repositories is reported beside what
leave-one-repository-out reaches.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """Points for each feature. A feature is between 0 and 1 unless another unit is named."""

    words: float = 0.9
    """A file's best chunk by BM25, as a share of the best candidate's."""
    more_words: float = 0.9
    """Its next four, each counting half of the one before: an answer is seldom one chunk long."""
    meaning: float = 5.2
    """The cosine of its best chunk by the static table: not a share of the best, for a poor best one counts less."""
    meaning_unnamed: float = 7.7
    """More of that, by how little of the query the best candidate's name says: where names tell nothing, as in scripts
    called by numbers, meaning is all there is."""
    encoder: float = 0.0
    """The same by the encoder; a chunk that it has not read yet stands where the static table puts it."""
    encoder_unnamed: float = 0.0
    """More of the encoder where names tell nothing."""
    coverage: float = 2.2
    """The share of the query (by rarity) that one chunk holds."""
    name: float = 1.2
    """The share of the query that the file's name says ..."""
    name_said: float = 2.7
    """... and the share of the name that the query says."""
    folder: float = 6.0
    """The share of the query that its last two folders say and its name does not."""
    defines: float = 1.1
    """The definition whose name says most of the query, times the share of that name that the query says."""
    symbol: float = 5.0
    """The definition of a symbol that is the query ... (4.7 by the fit; 3 to 6 score alike there)"""
    symbol_prose: float = 2.0
    """... or that stands in a sentence."""
    namesake: float = 1.5
    """A file that is called like a symbol of the query."""
    caller: float = 0.6
    """How likely an answer is that the file calls, by all of the above and below ..."""
    callee: float = 1.6
    """... and how likely one that calls the file: what an answer is built on is often the better answer."""
    depth: float = -0.4
    """Each folder deeper than the shallowest candidate: what a repository is about lies near its root ..."""
    max_depth: int = 5
    """... up to so many."""
    tests: float = -2.4
    """Places that are rarely meant, unless the query names them: tests, ..."""
    compat: float = -2.2
    examples: float = -1.8
    legal: float = -2.5
    types: float = -0.5
    prose: float = -4.6
    """... documents: an answer often, but the code they speak of is asked for more often, ..."""
    private: float = -1.6
    """... and what a project keeps for itself, or for an older version."""
    frame: float = 30.0
    """The chunk at a stack trace's place: more than all else together. The next frame counts `frame_decay` of it."""
    frame_decay: float = 0.9
    frame_file: float = 0.3
    """The share of that for other chunks of the file; where the trace's function is defined, `frame_symbol`."""
    frame_symbol: float = 0.8
    named: float = 10.0
    """A file or a folder that the query names."""
    use: float = 8.0
    """A chunk that uses the name whose uses are asked for."""
    language: float = -2.0
    """A file that is not in the language the query names."""
    repeat: float = 5.0
    """Points that each further chunk of one file stands below the one before, so that ten hits speak of many files."""
    inner: float = 1.0
    """How far a chunk's own features move it below its file's best chunk."""


WEIGHTS = Weights()
"""Where words and the static table are all there is (tier 1)."""
ENCODED = Weights(
    words=0.2,
    more_words=0.9,
    meaning=2.2,
    meaning_unnamed=3.6,
    encoder=6.5,
    encoder_unnamed=8.5,
    coverage=1.4,
    name=1.2,
    name_said=2.3,
    folder=5.4,
    defines=0.0,
    symbol_prose=2.1,
    namesake=1.3,
    caller=0.8,
    callee=1.2,
    depth=-0.5,
    tests=-2.2,
    compat=-2.3,
    examples=-2.4,
    legal=-4.4,
    prose=-5.6,
    private=-1.5,
)
"""Where the encoder has read at least some of the candidates (tier 2)."""
