"""The adapters of a workspace: what was trained, how it did, which one is switched on. Knows no torch and no engine.

Below <cache>/adapters/<workspace key>/ lies `active.json`, which names the one switched on, and one folder each:
`adapter_model.safetensors` and `adapter_config.json` as peft writes them, `card.json`, an `AdapterInfo`, and
`files.json`, what those two were when they were trained.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from inglenook_indexer.system import permissions
from inglenook_indexer.system.location import cache_root, workspace_key

from inglenook_server.errors import AdapterError
from inglenook_server.weights import file_record
from inglenook_server.weights.adapter_file import CONFIG, WEIGHTS

CARD = "card.json"
ACTIVE = "active.json"

LIST_MEND = "`inglenook adapters list` shows what there is."


@dataclass(frozen=True, slots=True)
class AdapterInfo:
    """An adapter's card: what it was made from, and what it changed on files that it never saw.

    Losses are mean negative natural-log probabilities per token; edit similarities lie in 0-1.
    """

    name: str
    folder: Path
    model: str
    """The name of the model it belongs to."""
    weights_hash: str
    """sha256 of that model's weights as they were trained on."""
    commit: str
    """The commit that was checked out in the workspace, or empty."""
    created: str
    """ISO 8601, UTC."""
    rank: int
    seed: int
    files: int
    """Files that it learned from; held-out ones are counted apart."""
    held_out_files: int
    tokens: int
    """Tokens that it was trained on, repetitions counted."""
    steps: int
    seconds: float
    """Training alone, evaluations left out."""
    interrupted: bool
    held_out_loss_before: float
    held_out_loss_after: float
    edit_similarity_before: float
    edit_similarity_after: float
    edit_similarity_low: float
    """95 % paired bootstrap interval of after - before, over the same positions."""
    edit_similarity_high: float
    positions: int
    """Held-out cursor positions behind the edit similarities."""


def as_dict(info: AdapterInfo) -> dict[str, object]:
    """A card as JSON data."""
    return {**asdict(info), "folder": str(info.folder)}


def adapters_root(root: Path) -> Path:
    """The folder of the adapters of the workspace at `root`; it need not exist."""
    return cache_root() / "adapters" / workspace_key(root)


def check_name(name: str) -> str:
    """`name` when it can name a folder anywhere. Raises AdapterError."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
        raise AdapterError(
            f"“{name}” can't name an adapter.", "Use up to 64 letters, digits, dots, dashes and underscores."
        )
    return name


def read(folder: Path) -> AdapterInfo:
    """The card of the adapter in `folder`. Raises AdapterError when it is missing, cut short or not an adapter."""
    mend = f"Remove it with `inglenook adapters remove {folder.name}` and train it again with `inglenook adapt`."
    for name in (WEIGHTS, CONFIG, CARD):
        if not (folder / name).is_file():
            raise AdapterError(f"The adapter {folder.name} is damaged: {name} is missing.", mend)
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        known = {field.name for field in fields(AdapterInfo)} - {"name", "folder"}
        return AdapterInfo(name=folder.name, folder=folder, **{key: card[key] for key in known})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AdapterError(f"The adapter {folder.name} is damaged: {CARD} can't be read.", mend) from error


def require_model(folder: Path, model: str) -> AdapterInfo:
    """The card of the adapter in `folder`, which must have been made for `model`. Raises AdapterError."""
    info = read(folder)
    if info.model != model:
        raise AdapterError(
            f"The adapter {info.name} was made for {info.model} and does not fit {model}.",
            "Switch it off with `inglenook adapters off`, or train one for this model with `inglenook adapt`.",
        )
    return info


def list_adapters(root: Path) -> list[AdapterInfo]:
    """The whole adapters of a workspace, oldest first; damaged ones are left out."""
    found = []
    home = adapters_root(root)
    for folder in sorted(home.iterdir()) if home.is_dir() else []:
        if folder.is_dir() and not folder.name.startswith("."):
            try:
                found.append(read(folder))
            except AdapterError:
                continue
    return sorted(found, key=lambda info: (info.created, info.name))


def active_name(root: Path) -> str:
    """The name of the adapter that is switched on, or empty; whether it is whole is not looked at.

    Raises AdapterError when the choice can't be read.
    """
    try:
        return str(json.loads((adapters_root(root) / ACTIVE).read_text(encoding="utf-8"))["name"])
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AdapterError(
            "The choice of adapter can't be read.", "Make it again with `inglenook adapters use NAME` or `… off`."
        ) from error


def active(root: Path) -> AdapterInfo | None:
    """The adapter that is switched on, or None. Raises AdapterError when the one switched on can't be read."""
    name = active_name(root)
    if not name:
        return None
    folder = adapters_root(root) / check_name(name)
    if not folder.is_dir():
        raise AdapterError(
            f"The adapter {name} is switched on and no longer there.", "Switch it off with `inglenook adapters off`."
        )
    return read(folder)


def use(root: Path, name: str) -> AdapterInfo:
    """Switch an adapter on, in one atomic step. Raises AdapterError."""
    info = read(_existing(root, name))
    home = adapters_root(root)
    handle, temporary = tempfile.mkstemp(prefix=".active-", dir=home)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"name": name}, file)
        os.replace(temporary, home / ACTIVE)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise AdapterError(
            f"The choice of adapter can't be stored in {home}.", "Free space there and retry."
        ) from error
    return info


def off(root: Path) -> bool:
    """Switch off whichever adapter is on; says whether one was."""
    try:
        (adapters_root(root) / ACTIVE).unlink()
    except FileNotFoundError:
        return False
    return True


def active_for(root: Path, model: str) -> tuple[AdapterInfo | None, str]:
    """The active adapter if it was made for `model`; else none, and a sentence where there is one of no use."""
    try:
        info = active(root)
    except AdapterError as error:
        return None, f"{error.message} {error.mend}".strip()
    if info is None or info.model == model:
        return info, ""
    return None, (
        f"The adapter {info.name} was made for {info.model} and is not used with {model}. "
        "Switch it off with `inglenook adapters off` or choose its model."
    )


def remove(root: Path, name: str) -> None:
    """Delete an adapter, switching it off first if it is on. A damaged one can be removed too. Raises AdapterError."""
    folder = _existing(root, name)
    try:
        chosen = active_name(root)
    except AdapterError:
        chosen = ""
    if chosen == name:
        off(root)
    shutil.rmtree(folder)


def save(root: Path, info: AdapterInfo, write_weights: Callable[[Path], None]) -> AdapterInfo:
    """Store an adapter under `info.name`, replacing one of that name only once the new one is whole.

    `write_weights` puts adapter_model.safetensors and adapter_config.json into the folder it is given. Raises
    AdapterError when the disk refuses; then the old adapter is still there.
    """
    home = adapters_root(root)
    target = home / check_name(info.name)
    try:
        permissions.make(home)
        permissions.shut(home.parent)
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=home) as room:
            fresh = Path(room) / info.name
            fresh.mkdir()
            write_weights(fresh)
            card = {key: value for key, value in asdict(info).items() if key not in ("name", "folder")}
            (fresh / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
            file_record.write(fresh, (WEIGHTS, CONFIG))
            permissions.settle(fresh)
            old = Path(room) / ".old"
            if target.exists():
                os.replace(target, old)
            try:
                os.replace(fresh, target)
            except OSError:
                if old.exists():
                    os.replace(old, target)
                raise
    except OSError as error:
        raise AdapterError(f"The adapter can't be written to {home}: {error.strerror}.", "Free space there.") from error
    return read(target)


def _existing(root: Path, name: str) -> Path:
    folder = adapters_root(root) / check_name(name)
    if not folder.is_dir():
        raise AdapterError(f"This workspace has no adapter called {name}.", LIST_MEND)
    return folder
