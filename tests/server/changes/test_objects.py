"""Objects of repositories as git, dulwich and strangers write them."""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from dulwich.objects import Blob
from dulwich.pack import write_pack_index
from inglenook_server.changes import objects as module
from inglenook_server.changes.objects import Objects
from inglenook_server.changes.types import Unreadable

from tests.server.changes.repositories import Made


def reason(folder: Path, name: bytes) -> str:
    with Objects(folder) as objects, pytest.raises(Unreadable) as caught:
        objects.read(name)
    return caught.value.reason


def loose(folder: Path, name: bytes, data: bytes) -> None:
    file = folder / name[:2].decode() / name[2:].decode()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def named(content: bytes, kind: bytes = b"blob") -> bytes:
    return hashlib.sha1(b"%s %d\0" % (kind, len(content)) + content).hexdigest().encode()


def entry(kind: int, size: int, body: bytes, base: bytes = b"") -> bytes:
    """A packed object."""
    first, size = kind << 4 | size & 15, size >> 4
    head = bytearray()
    while size:
        head.append(first | 128)
        first, size = size & 127, size >> 7
    head.append(first)
    return bytes(head) + base + zlib.compress(body)


def pack(folder: Path, entries: dict[bytes, bytes]) -> None:
    """A pack of entries as they are; name in hex -> entry."""
    (folder / "pack").mkdir(parents=True, exist_ok=True)
    data, places = b"PACK" + struct.pack(">LL", 2, len(entries)), []
    for name, one in entries.items():
        places.append((bytes.fromhex(name.decode()), len(data), 0))
        data += one
    end = hashlib.sha1(data).digest()
    (folder / "pack" / "pack-x.pack").write_bytes(data + end)
    with (folder / "pack" / "pack-x.idx").open("wb") as file:
        write_pack_index(file, sorted(places), end)


def number(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def test_every_object_of_a_packed_repository_is_what_dulwich_reads(made: Made) -> None:
    lines = [b"line %d\n" % number for number in range(300)]
    for place in range(5):
        made.commit({"a.py": b"".join([*lines[place:], b"x\n"]), f"d/{place}.py": b"".join(lines[:place])}, f"c{place}")
    expected = {name: made.repo.object_store.get_raw(name)[1] for name in made.repo.object_store}
    made.pack()
    folder = made.root / ".git" / "objects"
    assert not [one for one in folder.iterdir() if len(one.name) == 2 and any(one.iterdir())]
    with Objects(folder) as objects:
        assert {name: objects.read(name)[1] for name in expected} == expected


@pytest.mark.skipif(shutil.which("git") is None, reason="a pack as git itself writes it")
def test_a_pack_of_gits_own(made: Made) -> None:
    lines = [b"line %d\n" % number for number in range(3000)]
    for place in range(30):
        made.commit({"a.py": b"".join([*lines[place * 50 :], b"x\n", *lines[: place * 7]])}, f"c{place}")
    expected = {name: made.repo.object_store.get_raw(name)[1] for name in made.repo.object_store}
    subprocess.run(["git", "-C", str(made.root), "gc", "-q", "--aggressive"], check=True)
    with Objects(made.root / ".git" / "objects") as objects:
        assert {name: objects.read(name)[1] for name in expected} == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "damaged"),
        (b"not zlib", "damaged"),
        (zlib.compress(b"blob 5\0other"), "damaged"),
        (zlib.compress(b"blob 5\0right")[:-6], "damaged"),
        (zlib.compress(b"blob 17000000\0" + bytes(17_000_000)), "large"),
    ],
)
def test_loose_objects_that_git_has_not_written(tmp_path: Path, data: bytes, expected: str) -> None:
    name = named(b"right")
    loose(tmp_path, name, data)
    assert reason(tmp_path, name) == expected


@pytest.mark.parametrize("name", [b"", b"..", b"../../../../etc/passwd", b"a" * 64, b"G" * 40, b"a" * 38 + b"/."])
def test_names_that_are_none(tmp_path: Path, name: bytes) -> None:
    assert reason(tmp_path, name) == "damaged"


def test_what_is_not_there(tmp_path: Path) -> None:
    assert reason(tmp_path / "nowhere", named(b"x")) == "missing"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.timeout(60)
def test_pipes_and_links_in_the_place_of_objects(tmp_path: Path) -> None:
    name = named(b"right")
    (tmp_path / "elsewhere").write_bytes(zlib.compress(b"blob 5\0right"))
    (tmp_path / name[:2].decode()).mkdir()
    os.symlink(tmp_path / "elsewhere", tmp_path / name[:2].decode() / name[2:].decode())
    (tmp_path / "pack").mkdir()
    for ending in ("pack", "idx"):
        os.mkfifo(tmp_path / "pack" / f"pack-x.{ending}")
    assert reason(tmp_path, name) == "missing"


def test_objects_kept_elsewhere_are_not_looked_for(tmp_path: Path) -> None:
    elsewhere, here = tmp_path / "elsewhere", tmp_path / "here"
    loose(elsewhere, named(b"right"), zlib.compress(b"blob 5\0right"))
    (here / "info").mkdir(parents=True)
    (here / "info" / "alternates").write_text(f"{elsewhere}\n")
    assert reason(here, named(b"right")) == "missing"


BOMB = 15_000_000


@pytest.mark.parametrize(
    ("made_of", "expected"),
    [
        pytest.param(lambda name: {name: entry(3, 5, b"righ")}, "damaged", id="shorter than it says"),
        pytest.param(lambda name: {name: entry(3, 5, b"right" * 9)}, "damaged", id="longer than it says"),
        pytest.param(lambda name: {name: entry(3, 1 << 40, b"right")}, "large", id="a size of a terabyte"),
        pytest.param(lambda name: {name: entry(5, 5, b"right")}, "damaged", id="no kind"),
        pytest.param(lambda name: {name: entry(3, 5, b"wrong")}, "damaged", id="another content"),
        pytest.param(lambda name: {name: b"\xff" * 100}, "damaged", id="a head without an end"),
        pytest.param(
            lambda name: {name: entry(7, 5, b"right", bytes.fromhex(name.decode()))}, "damaged", id="a circle"
        ),
        pytest.param(lambda name: {name: entry(7, 5, b"right", b"\1" * 20)}, "damaged", id="a delta of nothing"),
        pytest.param(lambda name: {name: entry(6, 5, b"right", b"\x7f")}, "damaged", id="a delta of the pack's head"),
        pytest.param(lambda name: {name: entry(6, 5, b"right", b"\0")}, "damaged", id="a delta of itself"),
        pytest.param(
            lambda name: {
                named(bytes(BOMB)): entry(3, BOMB, bytes(BOMB)),
                name: entry(
                    7,
                    len(delta := number(BOMB) + number(BOMB * 900) + b"\x70\xff\xff\xe0" * 900),
                    delta,
                    bytes.fromhex(named(bytes(BOMB)).decode()),
                ),
            },
            "large",
            id="a delta that makes gigabytes",
        ),
    ],
)
def test_packs_that_git_has_not_written(tmp_path: Path, made_of: object, expected: str) -> None:
    name = named(b"right")
    pack(tmp_path, made_of(name))  # type: ignore[operator]
    assert reason(tmp_path, name) == expected


def test_all_of_it_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ALL", 1_000)
    contents = [bytes([number]) * 400 for number in range(4)]
    for one in contents:
        loose(tmp_path, named(one), zlib.compress(b"blob 400\0" + one))
    with Objects(tmp_path) as objects:
        assert objects.read(named(contents[0])) == (b"blob", contents[0])
        objects.read(named(contents[1]))
        with pytest.raises(Unreadable):
            objects.read(named(contents[2]))


@pytest.mark.parametrize("data", [b"", b"\xfftOc", b"\xfftOc\0\0\0\2" + b"\xff" * 2000, b"x" * 5000])
def test_an_index_of_a_pack_that_git_has_not_written(tmp_path: Path, data: bytes) -> None:
    pack(tmp_path, {named(b"right"): entry(3, 5, b"right")})
    (tmp_path / "pack" / "pack-x.idx").write_bytes(data)
    assert reason(tmp_path, named(b"right")) in ("missing", "damaged")


def test_a_pack_that_comes_later_is_found(tmp_path: Path) -> None:
    """Git packs anew while we read."""
    loose(tmp_path, named(b"first"), zlib.compress(b"blob 5\0first"))
    with Objects(tmp_path) as objects:
        assert reason(tmp_path, named(b"right")) == "missing"
        with pytest.raises(Unreadable):
            objects.read(named(b"other"))
        pack(tmp_path, {named(b"right"): entry(3, 5, b"right")})
        assert Blob.from_string(objects.read(named(b"right"))[1]).id == named(b"right")
