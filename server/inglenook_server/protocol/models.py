"""The messages of `inglenook/models` and `inglenook/models/pull`: which models there are, and fetching one."""

from __future__ import annotations

import attrs

from inglenook_server.protocol.chat import Token


@attrs.define
class ModelInfo:
    """A model that writes text, and whether it is here."""

    name: str
    title: str
    license: str
    profile: str
    """The profile that means it; empty where none does."""
    bytes: int
    """What is downloaded; once converted it takes about the same."""
    memory: int
    """Bytes of memory that it takes while it is in use, about."""
    source: str
    """Where it comes from, in words; several places in the order in which they are tried."""
    installed: bool
    wanted: bool
    """Whether it is the one that the settings name."""


@attrs.define
class ModelsResult:
    """All models of the registry that write text, the smallest first."""

    models: list[ModelInfo]
    folder: str
    """Where models are kept."""


@attrs.define
class PullParams:
    """Which model to fetch."""

    name: str = ""
    """A name of `inglenook/models`; empty is the model that the settings name."""
    partial_result_token: Token | None = None
    """Under this token `$/progress` tells how far it is."""


@attrs.define
class PullProgress:
    """How far the fetching of a model is."""

    stage: str
    """As in "Downloading" or "Converting"."""
    done: int
    """Bytes of this stage."""
    total: int
    """0 where that isn't known."""


@attrs.define
class PullResult:
    """The model that is here now."""

    name: str
    bytes: int
    """On disk."""
