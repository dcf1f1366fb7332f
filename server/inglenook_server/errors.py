"""What can go wrong in the server's rooms.

    InglenookError           one clear sentence, and the command that mends it
    ├── SettingsError        a settings file that can't be read
    ├── ModelError
    │   ├── UnknownModel     no such name in the registry
    │   ├── ModelMissing     known, not on this machine yet
    │   ├── ModelDamaged     a file is cut short or its hash is wrong
    │   └── DownloadFailed   no network, no such package, no space
    ├── GenerationError      the engine refused or failed
    │   └── EngineDied       the engine's process ended; the next request starts another
    ├── AdapterError         an adapter is missing, damaged, or was made for another model
    ├── ConversationError    a conversation can't be kept, found or read
    └── RequestError         a file, cursor or question that can't be served

The command line prints `message` and `mend` and exits with 1; the language server answers with RequestFailed.
"""

from __future__ import annotations


class InglenookError(Exception):
    """A sentence for the user; `mend` is the command or step that helps, or empty."""

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend


class SettingsError(InglenookError):
    """The user's settings file can't be read."""


class ModelError(InglenookError):
    """Something about a model's files."""


class UnknownModel(ModelError):
    """The registry has no model of that name."""


class ModelMissing(ModelError):
    """The model is known and not on this machine."""


class ModelDamaged(ModelError):
    """A model file is cut short or is not what it should be."""


class DownloadFailed(ModelError):
    """A model could not be fetched."""


class GenerationError(InglenookError):
    """An engine could not be started, or failed while generating."""


class EngineDied(GenerationError):
    """The process that an engine ran in has ended."""


class AdapterError(InglenookError):
    """An adapter can't be trained, found or used."""


class ConversationError(InglenookError):
    """A conversation can't be kept, found or read."""


class RequestError(InglenookError):
    """The request itself can't be served: a cursor outside the document, an excluded file, an empty question."""
