"""The constants of the ranking of reports. `python -m tests.benchmarks reports --fit` prints them anew.

Unit: one point of score, as in `search.weights`; a softmax over each report's candidate files, fitted to the files that
were mended. Nothing but numbers here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportWeights:
    """Points for each feature of a file; each is 0 to 1 unless another unit is named."""

    words: float = 1.8
    """Its best chunk by BM25 over all of the report's words, as a share of the best candidate's."""
    more_words: float = 1.8
    """Its three best chunks, the second counting .8 of the first, and so on; as a share of the best file's."""
    title_words: float = 1.0
    """Its best chunk by BM25 over the title's words, as a share of the best."""
    meaning: float = 4.5
    """For each sentence the cosine of its nearest chunk by the static table; the mean of these."""
    title_meaning: float = 1.7
    """The same of the title alone."""
    defines: float = 0.5
    """The rare names of the report that it defines, as a share of the best ..."""
    uses: float = 1.0
    """... and those that it holds, ..."""
    alone: float = 1.0
    """... and the rarest of those: 1 where no other candidate has it."""
    quoted: float = 0.8
    """Strings that stand in it as they stand in the report, each by how few candidates have it; 0 to 2."""
    name_said: float = 0.7
    """The share of the file's name that the report says ..."""
    name: float = 0.8
    """... and how many words of it the title says, of three."""
    folder: float = 0.6
    """The share of its last two folders' names that the report says."""
    tested: float = 0.9
    """How well the tests that are called after it do in words."""
    named: float = 4.0
    """A file or a folder that the report names (no fit: a set without named files can't tell)."""
    traced: float = 4.0
    """A place of the report's trace, by how near it is to the error (no fit, either)."""
    tests: float = -2.9
    """Places that are rarely mended, unless the title asks for them: tests, ..."""
    examples: float = -1.6
    types: float = -1.6
    prose: float = -2.5
    """... documents, ..."""
    data: float = -2.1
    """... what is no code, ..."""
    automation: float = -0.4
    """... and what builds, packages and checks a project."""
    inner: float = 1.0
    """How far a chunk's own words move it below its file's best one."""
    repeat: float = 5.0
    """Points that each further chunk of a file stands below the one before."""


WEIGHTS = ReportWeights()
"""Where words and the static table are all there is."""
