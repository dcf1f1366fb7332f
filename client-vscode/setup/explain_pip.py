"""What pip, venv and the first import say, in one plain sentence and a kind. Pure; runs nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

SHOWN_BYTES = 5_000_000
"""Of a larger package it is shown how far its download is."""
_SIZE = re.compile(r"^\s*Downloading (?P<wheel>\S+?)-\d\S*")
_RAW = re.compile(r"^Progress (?P<done>\d+) of (?P<total>\d+)$")
_NAME = re.compile(r"^(?:Collecting (?P<name>[A-Za-z0-9._-]+)|Processing .*?(?P<wheel>[A-Za-z0-9._]+)-\d[^/\\]*\.whl)")
_OS_ERROR = re.compile(r"Could not install packages due to an OSError: (?P<what>.*)")
_NO_SUCH = re.compile(r"No matching distribution found for (?P<what>\S+)")


class Steps:
    """Follows pip's lines; knows which package a count of bytes belongs to."""

    def __init__(self) -> None:
        self._fetched, self._name = 0, ""

    def read(self, line: str) -> str:
        """What a line says about how far pip is; empty where it says nothing new."""
        if match := _RAW.match(line):
            done, total = int(match["done"]), int(match["total"])
            large = total > SHOWN_BYTES and done
            return f"Downloading {self._name}, {done / 1e6:.0f} of {total / 1e6:.0f} MB" if large else ""
        if match := _SIZE.match(line):
            self._name = match["wheel"]
            return ""
        if match := _NAME.match(line):
            self._fetched += 1
            self._name = match["name"] or match["wheel"]
            return f"Downloading package {self._fetched}: {self._name}"
        if line.startswith("Installing collected packages"):
            return f"Installing {line.count(',') + 1} packages"
        return ""


def explain(log: str) -> tuple[str, str]:
    """The kind and the sentence of a failed pip."""
    text = log.lower()
    if "no space left" in text or "errno 28" in text or "disk quota" in text:
        return "disk", "The disk is full."
    if "proxyerror" in text or "407 proxy" in text or "cannot connect to proxy" in text:
        return "proxy", "The proxy does not let pip through to the package index."
    if "certificate_verify_failed" in text or "certificate verify failed" in text:
        return "certificate", "The package index shows a certificate that this machine does not trust."
    network: tuple[str, ...] = (
        "newconnectionerror",
        "name resolution",
        "getaddrinfo",
        "connection refused",
        "connection reset",
    )
    network += (
        "timed out",
        "connecttimeout",
        "unreachable",
        "connection broken",
        "protocolerror",
        "failed to establish",
    )
    if any(word in text for word in network):
        return "network", "The package index can't be reached: is this machine online?"
    if match := _NO_SUCH.search(log):
        return "index", f"The package index has no {match['what']} for this Python on this machine."
    if match := _OS_ERROR.search(log):
        return "folder", f"pip could not write: {match['what'].strip().rstrip('.')}."
    last = next((line for line in reversed(log.splitlines()) if line.startswith("ERROR")), "it gave no reason")
    return "pip", f"pip failed: {last.removeprefix('ERROR:').strip().rstrip('.')}."


def explain_venv(log: str) -> tuple[str, str]:
    """Of a failed `python -m venv`."""
    text = log.lower()
    if "ensurepip" in text or "no module named venv" in text:
        return (
            "venv",
            "This Python lacks the part that makes environments; on Debian and Ubuntu: sudo apt install python3-venv.",
        )
    if "no space left" in text:
        return "disk", "The disk is full."
    last = next((line for line in reversed(log.splitlines()) if line.strip()), "it gave no reason")
    return "venv", f"This Python could not make an environment: {last.strip().rstrip('.')}."


def explain_check(log: str) -> tuple[str, str]:
    """Of a first import that failed: the last line of a traceback, or a crash that says nothing."""
    last = next((line for line in reversed(log.splitlines()) if line.strip()), "it ended without a word")
    return "check", f"What was installed does not run on this machine: {last.strip().rstrip('.')}."


EXPLAINED: Mapping[str, Callable[[str], tuple[str, str]]] = {"venv": explain_venv, "check": explain_check}
