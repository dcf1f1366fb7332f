"""What must never be stored, prompted or logged: secret files by name, secret ranges by content. Reads no files.

Masks keep the length of the text in characters and in UTF-8 bytes, and keep its newlines, so every span stays exact.
Six layers say what is a secret: vendors' formats by a well-kept scanner (`detector`), the commonest of them and key
blocks again by ourselves (`formats`), passwords in addresses (`addresses`) and in other places that are for them
(`credentials`), the values of names that say so, judged by their looks (`assignments`), and Kubernetes manifests
(`kubernetes`). A mask is no secret: masking again changes nothing.
"""

from __future__ import annotations

from inglenook_indexer.secrets.addresses import address_secrets
from inglenook_indexer.secrets.assignments import assigned_secrets
from inglenook_indexer.secrets.credentials import placed_secrets
from inglenook_indexer.secrets.detector import vendor_secrets
from inglenook_indexer.secrets.formats import formed_secrets, name_secrets
from inglenook_indexer.secrets.kubernetes import kubernetes_secrets
from inglenook_indexer.secrets.notebooks import notebook_secrets
from inglenook_indexer.secrets.ranges import Span, masked, merged
from inglenook_indexer.secrets.secret_paths import is_secret_path as is_secret_name
from inglenook_indexer.secrets.secret_paths import secret_folder as is_secret_folder_name

__all__ = ["Span", "find_secrets", "is_secret_path", "mask_path", "mask_secrets", "secret_folder"]

_AGAIN = 3  # looks at a masked text; the first finds nothing new in nearly every text


def is_secret_path(path: str) -> str | None:
    """Why the file at `path` (POSIX, relative or absolute) is withheld by its name alone, or None.

    The reason names a secret that is in the path itself by its kind alone.
    """
    if found := name_secrets(path):
        return f"its path holds {found[0].reason}"
    return is_secret_name(path)


def secret_folder(path: str) -> str | None:
    """Why everything in the folder at `path` is withheld by its name alone, or None."""
    if found := name_secrets(path):
        return f"its path holds {found[0].reason}"
    return is_secret_folder_name(path)


def mask_path(path: str) -> str:
    """`path` fit to be shown: without the tokens in it."""
    return masked(path, merged(name_secrets(path)))


def find_secrets(text: str, path: str = "") -> list[Span]:
    """The ranges of `text` that hold secrets: sorted, not overlapping. A notebook, by its `path`, is read by cell.

    What is masked can change how the text around it reads, so the masked text is looked at again, until it stays.
    """
    spans = merged(_found(text, path))
    shown = masked(text, spans)
    for _ in range(_AGAIN if spans else 0):
        more = merged([*spans, *_found(shown, path)])
        before, shown = shown, masked(text, more)
        if shown == before:
            break
        spans = more
    return spans


def _found(text: str, path: str) -> list[Span]:
    if path.lower().endswith(".ipynb") and (spans := notebook_secrets(text, _of_text)) is not None:
        return spans
    return _of_text(text)


def _of_text(text: str) -> list[Span]:
    layers = (formed_secrets, address_secrets, placed_secrets, vendor_secrets, assigned_secrets, kubernetes_secrets)
    return merged(span for layer in layers for span in layer(text))


def mask_secrets(text: str, path: str = "") -> tuple[str, list[Span]]:
    """`text`, the content of `path`, with its secrets masked at equal length, and where they were."""
    spans = find_secrets(text, path)
    return (masked(text, spans), spans) if spans else (text, spans)
