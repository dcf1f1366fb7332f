"""What has to be done so that the index says what the workspace says. Pure but for the walk; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from inglenook_indexer.discover import Candidate, candidate, reason_excluded, walk
from inglenook_indexer.manifest import Manifest
from inglenook_indexer.types import Skipped
from inglenook_indexer.withhold import mask_path


@dataclass(slots=True)
class Plan:
    """Work for the writer."""

    changed: list[Candidate] = field(default_factory=list)
    """New, or with another size or time than the manifest says: to be read."""
    removed: set[str] = field(default_factory=set)
    """In the manifest, and no longer to be."""
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether the index is up to date."""
        return not self.changed and not self.removed


def plan_all(root: Path, manifest: Manifest) -> Plan:
    """Reconcile the whole workspace."""
    plan = Plan()
    seen = _add(plan, manifest, walk(root))
    plan.removed |= manifest.files.keys() - seen
    for path in [path for path in manifest.skipped if path not in seen]:
        del manifest.skipped[path]
    return plan


def plan_some(root: Path, manifest: Manifest, paths: Iterable[str]) -> Plan:
    """Reconcile only these files and folders, by their paths relative to the root."""
    plan = Plan()
    for path in paths:
        below = {file for file in manifest.files if file == path or file.startswith(f"{path}/")}
        if (root / path).is_dir() and not (root / path).is_symlink():
            if reason_excluded(root, f"{path}/x") is None:
                below -= _add(plan, manifest, walk(root, path))
        else:
            outcome = candidate(root, path)
            if isinstance(outcome, str):
                plan.skipped.append(Skipped(mask_path(path), outcome))
            elif outcome is not None:
                below -= _add(plan, manifest, [outcome])
        plan.removed |= below
    return plan


def _add(plan: Plan, manifest: Manifest, found: Iterable[Candidate | Skipped]) -> set[str]:
    """Sort what was found into the plan; returns the paths that stay or come into the index, or were judged before."""
    seen: set[str] = set()
    for one in found:
        if isinstance(one, Skipped):
            plan.skipped.append(one)
            continue
        seen.add(one.path)
        entry = manifest.files.get(one.path)
        if entry is not None and (entry.size, entry.mtime_ns) == (one.size, one.mtime_ns):
            continue
        judged = manifest.skipped.get(one.path)
        if judged is not None and judged[:2] == (one.size, one.mtime_ns) and not one.forced:
            plan.skipped.append(Skipped(one.path, judged[2]))
            continue
        plan.changed.append(one)
    return seen
