"""Which frames are of the workspace's own files."""

import pytest
from inglenook_indexer.search.report.origins import comes_with_language, own_path, resolved
from inglenook_indexer.search.stack_trace import Frame

PATHS = ("src/mail/drafts.py", "src/mail/__init__.py", "tests/drafts.py", "src/models.py")


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/usr/lib/python3.11/site-packages/mail/drafts.py", "mail/drafts.py"),
        ("/home/x/app/node_modules/mail/drafts.js", "mail/drafts.js"),
        ("/root/.cargo/registry/src/github.com-1ecc/mail-0.3.1/src/lib.rs", "mail/src/lib.rs"),
        ("/go/pkg/mod/example.org/mail@v1.2.3/drafts/save.go", "drafts/save.go"),
    ],
)
def test_an_installed_path_is_cut_to_what_the_source_has(path, own):
    assert own_path(path) == (own, True)


def test_another_path_is_whole():
    assert own_path("/home/x/mail/drafts.py") == ("/home/x/mail/drafts.py", False)


def test_an_installed_package_is_mapped_to_the_source():
    frame = Frame("/usr/lib/python3.11/site-packages/mail/drafts.py", 12, "save")
    assert resolved([frame], PATHS) == {"src/mail/drafts.py": (1.0, frame)}


def test_other_peoples_packages_are_not_the_workspaces():
    assert resolved([Frame("/x/site-packages/requests/models.py", 3)], PATHS) == {}


def test_the_frame_nearest_the_error_counts_most():
    frames = [
        Frame("/x/site-packages/requests/models.py", 3),
        Frame("/w/src/mail/drafts.py", 12),
        Frame("/w/src/mail/__init__.py", 1),
    ]
    found = resolved(frames, PATHS)
    assert found["src/mail/drafts.py"][0] == 1.0
    assert 0 < found["src/mail/__init__.py"][0] < 1.0


@pytest.mark.parametrize(
    ("path", "theirs"),
    [
        ("/usr/lib/python3.11/asyncio/base_events.py", True),
        ("node:internal/process/task_queues", True),
        ("/usr/local/go/src/net/http/server.go", True),
        ("/usr/lib/python3.11/site-packages/mail/drafts.py", False),
        ("src/mail/drafts.py", False),
    ],
)
def test_a_languages_own_library_is_known(path, theirs):
    assert comes_with_language(path) is theirs
