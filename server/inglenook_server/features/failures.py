"""What a failed request answers: one sentence for the user, never a traceback, and no source text in the log."""

from __future__ import annotations

import asyncio
import functools
import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import TypeVar

from inglenook_indexer.errors import IndexerError
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from inglenook_server.errors import InglenookError, ModelError

P = TypeVar("P")
R = TypeVar("R")

_log = logging.getLogger(__name__)


def request_failed(error: InglenookError | IndexerError) -> JsonRpcException:
    """The response for an error that knows its sentence."""
    return JsonRpcException(f"{error.message} {error.mend}".strip(), code=lsp.LSPErrorCodes.RequestFailed.value)


def answering(handler: Callable[[P], Awaitable[R]]) -> Callable[[P], Awaitable[R]]:
    """Let a request handler's errors become answers. Cancellation passes through."""

    @functools.wraps(handler)
    async def guarded(params: P) -> R:
        try:
            return await handler(params)
        except (asyncio.CancelledError, JsonRpcException):
            raise
        except (InglenookError, IndexerError) as error:
            if isinstance(error, ModelError):  # it names a model, and nothing of the user's
                _log.warning("%s", error.message)
            raise request_failed(error) from None
        except Exception as error:
            log_unexpected(error)
            raise JsonRpcException(
                f"The server met an unexpected {type(error).__name__}; its log says where.",
                code=lsp.LSPErrorCodes.RequestFailed.value,
            ) from None

    return guarded


def log_unexpected(error: BaseException) -> None:
    """Log where an error came from. Its message is left out: it may quote the user's code."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    where = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    _log.error("Unexpected %s at %s", type(error).__name__, where)
