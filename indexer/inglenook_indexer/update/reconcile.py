"""What has to be done so that the index says what the workspace says. Pure but for looking at files; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from time import time_ns as clock_ns

from inglenook_indexer.files.discover import MAX_BYTES, Candidate, candidate, check_present, reason_excluded, walk
from inglenook_indexer.files.regular_file import digest, read_regular
from inglenook_indexer.files.scope import Scope
from inglenook_indexer.secrets.redact import mask_path
from inglenook_indexer.store.manifest import Entry, Manifest
from inglenook_indexer.types import Skipped


@dataclass(slots=True)
class Plan:
    """Work for the writer."""

    changed: list[Candidate] = field(default_factory=list)
    """New, or with another content than the manifest says: to be cut."""
    removed: set[str] = field(default_factory=set)
    """In the manifest, and no longer to be."""
    private: bool = False
    """Whether the rules, of secrets or of ignore files, have come to exclude one of these."""
    noted: bool = False
    """Whether the manifest was changed on the way, and is to be written even if nothing is to be done."""
    skipped: list[Skipped] = field(default_factory=list)
    looked_ns: int = field(default_factory=lambda: clock_ns())
    """When looking began, since the epoch."""

    @property
    def empty(self) -> bool:
        """Whether the index is up to date."""
        return not self.changed and not self.removed


def plan_all(root: Path, manifest: Manifest) -> Plan:
    """Reconcile the whole workspace. Raises WorkspaceError where its folder is gone."""
    plan = Plan()
    seen = _add(plan, root, manifest, walk(root))
    _remove(plan, root, manifest, manifest.files.keys() - seen, manifest.skipped.keys() - seen)
    return plan


def plan_some(root: Path, manifest: Manifest, paths: Iterable[str]) -> Plan:
    """Reconcile only these files and folders, by their paths relative to the root. Raises as `plan_all` does."""
    plan = Plan()
    gone: set[str] = set()
    for path in paths:
        below = {one for one in (*manifest.files, *manifest.skipped) if one == path or one.startswith(f"{path}/")}
        if (root / path).is_dir() and not (root / path).is_symlink():
            if reason_excluded(root, f"{path}/x") is None:
                below -= _add(plan, root, manifest, walk(root, path))
        else:
            outcome = candidate(root, path)
            if isinstance(outcome, str):
                plan.skipped.append(Skipped(mask_path(path), outcome))
            elif outcome is not None:
                below -= _add(plan, root, manifest, [outcome])
        gone |= below
    _remove(plan, root, manifest, gone & manifest.files.keys(), gone & manifest.skipped.keys())
    return plan


def _add(plan: Plan, root: Path, manifest: Manifest, found: Iterable[Candidate | Skipped]) -> set[str]:
    """Sort what was found into the plan; returns the paths that stay or come into the index, or were judged before."""
    seen: set[str] = set()
    for one in found:
        if isinstance(one, Skipped):
            plan.skipped.append(one)
            continue
        seen.add(one.path)
        entry = manifest.files.get(one.path)
        if entry is not None and entry.stamp.holds(one.stamp):
            continue
        if entry is not None and _same(root, one, entry):
            stamp = one.stamp.settled(plan.looked_ns)
            plan.noted = plan.noted or entry.stamp != stamp
            entry.stamp = stamp
            continue
        judged = manifest.skipped.get(one.path)
        if judged is not None and judged[0].holds(one.stamp) and not one.forced:
            plan.skipped.append(Skipped(one.path, judged[1]))
            continue
        plan.changed.append(one)
    return seen


def _same(root: Path, one: Candidate, entry: Entry) -> bool:
    """Whether a file that looks as if it had changed has not: reading it costs less than cutting it."""
    if entry.stamp.size != one.size:
        return False
    data = read_regular(root / one.path, MAX_BYTES)
    return data is not None and digest(data) == entry.digest


def _remove(plan: Plan, root: Path, manifest: Manifest, files: Iterable[str], judged: Iterable[str]) -> None:
    """Take out files that were indexed, and the names of those that were judged unfit."""
    check_present(root)  # otherwise what is missing says nothing
    plan.removed |= set(files)
    scope = Scope(root)
    plan.private = any(not scope.holds(path) for path in plan.removed)
    for path in list(judged):
        del manifest.skipped[path]
        plan.noted = True
