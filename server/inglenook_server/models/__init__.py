"""The models known by name, fetching them, and what is installed.

May import: `weights`. Begin with `registry`.
"""

from inglenook_indexer.types import Progress

from inglenook_server.models.checkpoint import checkpoint
from inglenook_server.models.pull import pull
from inglenook_server.models.registry import ENCODER, QUALITY, find, list_models, model_for, profiles, typed, whole_path
from inglenook_server.models.spec import (
    HubSource,
    LocalSource,
    ModelFile,
    ModelSpec,
    RemoteSource,
    Source,
    WheelPart,
    WheelSource,
)
from inglenook_server.models.store import (
    InstalledModel,
    examine,
    installed,
    models_root,
    read_manifest,
    ready,
    remove,
    verify,
)

__all__ = [
    "ENCODER",
    "QUALITY",
    "HubSource",
    "InstalledModel",
    "LocalSource",
    "ModelFile",
    "ModelSpec",
    "Progress",
    "RemoteSource",
    "Source",
    "WheelPart",
    "WheelSource",
    "checkpoint",
    "examine",
    "find",
    "installed",
    "list_models",
    "model_for",
    "models_root",
    "profiles",
    "pull",
    "read_manifest",
    "ready",
    "remove",
    "typed",
    "verify",
    "whole_path",
]
