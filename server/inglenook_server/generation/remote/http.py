"""The OpenAI protocol over HTTP: one request, its events, retries, and what failures mean in words. Knows no prompt.

Runs on an event loop of its own thread, because only there can a request be dropped whatever it waits for: a server
that is still reading the prompt stops when the connection closes. httpx does the talking.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import json
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from typing import Any, TypeVar

from inglenook_server.errors import GenerationError

CONNECT_S = 5.0
READ_S = 120.0
"""Longest silence: a cold prompt of a big model on a small machine takes that long to its first token."""
RETRIES_S = (0.5, 1.0, 2.0)
"""Waits before another try of a request that no text has come from yet."""
LONGEST_WAIT_S = 10.0
"""A server that asks for more patience than this is taken for unavailable."""
TRANSIENT = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
POLL_S = 0.02

R = TypeVar("R")


class HttpClient:
    """A connection to one server. Thread-safe."""

    def __init__(self, endpoint: str, key: str, *, settings: str = "settings.toml") -> None:
        """`endpoint` as in http://127.0.0.1:8080/v1; `settings` is the file to name in advice."""
        import httpx

        self.endpoint = endpoint.rstrip("/")
        self._settings = settings
        self._loop = asyncio.new_event_loop()
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(READ_S, connect=CONNECT_S),
            follow_redirects=False,  # text goes where the user said, and nowhere else
            trust_env=not is_local(self.endpoint),  # a proxy for the web is none for this machine
        )
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="inglenook-remote", daemon=True)
        self._thread.start()

    def get(self, path: str) -> Any:
        """JSON from a GET. Raises GenerationError."""
        return self.wait(self._request("GET", path, None))

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """JSON from a POST. Raises GenerationError."""
        return self.wait(self._request("POST", path, body))

    def stream(
        self,
        path: str,
        body: Mapping[str, Any],
        on_event: Callable[[dict[str, Any]], bool],
        cancelled: Callable[[], bool],
    ) -> bool:
        """Send `body` and pass each event on until `on_event` returns False; False when cancelled.

        `on_event` is called on this object's thread. Raises GenerationError.
        """
        return not cancelled() and self.wait(self._stream(path, body, on_event), cancelled) is not None

    def wait(self, work: Coroutine[Any, Any, R], cancelled: Callable[[], bool] = lambda: False) -> R | None:
        """The result of `work`, or None when cancelled first."""
        if self._closed:
            work.close()
            raise GenerationError("The connection was closed.", "try again")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        while True:
            try:
                return future.result(timeout=POLL_S)
            except concurrent.futures.CancelledError:
                raise GenerationError("The connection was closed.", "try again") from None
            except TimeoutError:
                if future.done():
                    raise
                if self._closed:
                    future.cancel()
                    raise GenerationError("The connection was closed.", "try again") from None
                if cancelled():
                    future.cancel()
                    return None

    def close(self) -> None:
        """Drop what is under way and the connections."""
        if not self._closed:
            self._closed = True
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(CONNECT_S)

    def _run(self) -> None:
        try:
            self._loop.run_forever()
            self._loop.run_until_complete(self._end())
        finally:
            self._loop.close()

    async def _end(self) -> None:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._client.aclose()
        await asyncio.sleep(0)  # a closed transport gives its socket back one turn later

    async def once(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        """One try, for a question whose refusal is an answer. Raises GenerationError."""
        import httpx

        try:
            response = await self._client.request(method, self._url(path), json=body)
            _raise_for(response.status_code, response.headers, response.content)
            return response.json()
        except (_Refused, httpx.HTTPError, ValueError) as error:
            raise GenerationError(f"{path} is not answered.") from error

    async def _request(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        async def once() -> Any:
            response = await self._client.request(method, self._url(path), json=body)
            _raise_for(response.status_code, response.headers, response.content)
            return response.json()

        return await self._retried(once, lambda: True)

    async def _stream(self, path: str, body: Mapping[str, Any], on_event: Callable[[dict[str, Any]], bool]) -> bool:
        begun = False

        async def once() -> bool:
            nonlocal begun
            async with self._client.stream("POST", self._url(path), json=body) as response:
                if response.status_code >= 300:
                    await response.aread()
                    _raise_for(response.status_code, response.headers, response.content)
                async for event in events(response.aiter_bytes()):
                    begun = True
                    if "error" in event:
                        raise _Refused(500, "", _words(event))
                    if not on_event(event):
                        break
            return True

        return bool(await self._retried(once, lambda: not begun))

    async def _retried(self, once: Callable[[], Coroutine[Any, Any, R]], may_retry: Callable[[], bool]) -> R:
        import httpx

        for wait in (*RETRIES_S, None):
            try:
                return await once()
            except _Refused as refusal:
                asked = refusal.wait_s
                if wait is None or refusal.status not in TRANSIENT or asked > LONGEST_WAIT_S or not may_retry():
                    raise self._sentence(refusal) from None
                await asyncio.sleep(max(wait, asked))
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if wait is None:
                    raise self._unreachable() from error
                await asyncio.sleep(wait)
            except httpx.TimeoutException as error:
                raise GenerationError(
                    f"The server at {self.endpoint} said nothing for {READ_S:.0f} s.", "look at its log, and try again"
                ) from error
            except (httpx.TransportError, ValueError) as error:
                if wait is None or not may_retry():
                    raise GenerationError(
                        f"The connection to {self.endpoint} broke: {type(error).__name__}.", "try again"
                    ) from error
                await asyncio.sleep(wait)
            except httpx.InvalidURL as error:
                raise GenerationError(
                    f"{self.endpoint} is no address of a server.", f"mend generation.endpoint in {self._settings}"
                ) from error
        raise self._unreachable()

    def _url(self, path: str) -> str:
        """`/path` below the endpoint; `//path` below its server's root, where servers keep what is their own."""
        if path.startswith("//"):
            return self.endpoint.removesuffix("/v1") + path[1:]
        return self.endpoint + path

    def _unreachable(self) -> GenerationError:
        return GenerationError(
            f"No server answers at {self.endpoint}.", f"start it, or mend generation.endpoint in {self._settings}"
        )

    def _sentence(self, refusal: _Refused) -> GenerationError:
        where, words = self.endpoint, refusal.words
        if refusal.status in (401, 403):
            return GenerationError(
                f"The server at {where} refuses the key.",
                "put it into INGLENOOK_API_KEY, or the keyring: keyring set inglenook " + where,
            )
        if refusal.status == 404:
            return GenerationError(
                f"The server at {where} does not know this model or request{words}.",
                f"mend generation.model or generation.endpoint in {self._settings}",
            )
        if refusal.status == 429:
            return GenerationError(f"The server at {where} has too much to do{words}.", "try again later")
        if refusal.status in (400, 413, 422):
            return GenerationError(f"The server at {where} refuses the request{words}.", "ask about less at once")
        return GenerationError(f"The server at {where} failed with status {refusal.status}{words}.", "look at its log")


class _Refused(Exception):
    """A status that is none of success."""

    def __init__(self, status: int, retry_after: str, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words
        self.wait_s = float(retry_after) if retry_after.replace(".", "", 1).isdigit() else 0.0


def _raise_for(status: int, headers: Mapping[str, str], content: bytes) -> None:
    if status >= 300:
        try:
            words = _words(json.loads(content))
        except ValueError:
            words = ""
        raise _Refused(status, headers.get("retry-after", ""), words)


def _words(body: Any) -> str:
    """The server's own explanation, on one line and not long, or empty."""
    error = body.get("error", body.get("detail", "")) if isinstance(body, dict) else ""
    text = error.get("message", "") if isinstance(error, dict) else error
    line = " ".join(str(text).split()).rstrip(".")
    return f": {line[:200]}" if line else ""


async def events(blocks: AsyncIterator[bytes]) -> AsyncIterator[dict[str, Any]]:
    """The JSON objects of a server-sent event stream, until [DONE]. Raises ValueError.

    Lines are split at line feeds alone, as bytes: JSON text may hold characters that Python, too, takes for line ends.
    """
    held: list[bytes] = []
    async for block in blocks:
        first, *others = block.split(b"\n")
        held.append(first)  # joined when the line ends: a server may send it byte by byte
        if not others:
            continue
        *lines, held = b"".join(held), *others[:-1], [others[-1]]
        for line in lines:
            if line.startswith(b"data:"):
                data = line[5:].strip()
                if data == b"[DONE]":
                    return
                event = json.loads(data)
                if isinstance(event, dict):
                    yield event


def is_local(endpoint: str) -> bool:
    """Whether the endpoint is this machine."""
    from urllib.parse import urlsplit

    return urlsplit(endpoint).hostname in ("127.0.0.1", "::1", "localhost")
