"""The key for a remote server: from the environment or the system's keyring, never from a file. Knows no protocol."""

from __future__ import annotations

import os

VARIABLE = "INGLENOOK_API_KEY"
SERVICE = "inglenook"
"""The keyring's service; the user name is the endpoint: `keyring set inglenook https://host/v1`."""


def key_for(endpoint: str) -> str:
    """The key for `endpoint`, or empty: most servers on one's own machine want none.

    Other programs' variables (such as OPENAI_API_KEY) are not read: their key is not meant for this endpoint.
    """
    given = os.environ.get(VARIABLE, "").strip()
    if given:
        return given
    try:
        import keyring
    except ImportError:
        return ""
    try:
        return keyring.get_password(SERVICE, endpoint.rstrip("/")) or ""
    except Exception:  # back ends raise what they like: no desktop session, a locked ring
        return ""
