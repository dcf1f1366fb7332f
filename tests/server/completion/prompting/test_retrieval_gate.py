"""What is known before the model is asked again, and what the fitted weights make of it."""

import json
from importlib.resources import files

import pytest
from inglenook_indexer.types import Chunk, Hit
from inglenook_server.completion.prompting import confidence, retrieval_gate

from tests.server.completion.marks import at

CURSOR = at("from pool import Pool\n\npool = Pool(3)\nworker = pool.acquire(█\n")


def hit(text: str, path: str = "pool.py", **parts: float) -> Hit:
    return Hit(Chunk(path, "python", text, 1, 1, 0, 0), 1.0, parts)


def test_features_say_what_was_found_and_how_sure_the_model_was():
    hits = (hit("def acquire(self, timeout): ...\n", definition=1.0), hit("pool.acquire(5)\n", "a/b.py", usage=0.4))
    found = retrieval_gate.features(CURSOR, "main.py", hits, -0.5)
    assert (found["doubt"], found["definition"], found["usage"], found["similar"]) == (0.25, 1.0, 0.4, 0.0)
    assert (found["call"], found["member"], found["line_begun"], found["same_folder"]) == (1.0, 0.0, 1.0, 1.0)
    assert 0 < found["near_covered"] < 1
    assert all(0 <= value <= 1 for value in found.values())
    assert retrieval_gate.features(CURSOR, "main.py", hits, None)["doubt"] == 1.0


@pytest.mark.parametrize(("asset", "features"), [
    (retrieval_gate.ASSET, retrieval_gate.features(CURSOR, "main.py", (hit("x"),), -1.0)),
    (confidence.ASSET, confidence.features(-1.0, "x", CURSOR, ())),
])  # fmt: skip
def test_the_assets_are_fitted_for_the_features_there_are(asset, features):
    fitted = json.loads(files("inglenook_server").joinpath("assets", asset).read_text(encoding="utf-8"))
    assert set(fitted["coefficients"]) == set(features)
    assert "positions" in fitted["fitted"] or "texts" in fitted["fitted"]


def test_more_doubt_is_a_better_chance_and_nothing_found_is_none():
    hits = (hit("def acquire(self, timeout): ...\n", definition=1.0),)
    chances = [retrieval_gate.judge(CURSOR, "main.py", hits, likelihood).chance for likelihood in (-0.1, -0.5, -1.5)]
    assert chances == sorted(chances)
    assert chances[0] < chances[-1]
    assert not retrieval_gate.judge(CURSOR, "main.py", (), -2.0).use


def test_words():
    assert (
        retrieval_gate.Verdict(True, 0.4).words(2)
        == "2 spans were shown to the model; the chance that this helps is 40%"
    )
    assert retrieval_gate.Verdict(False, 0.04).words(1) == "1 span was left out; the chance that they help is only 4%"
    assert retrieval_gate.Verdict(False, 0.0).words(0) == "nothing was found in other files"


def test_a_surer_text_is_likelier_right():
    sure, unsure = (confidence.estimate(log, "timeout=5", CURSOR, ()) for log in (-0.05, -1.5))
    assert 0 < unsure < sure < 1
    assert confidence.estimate(None, "x", CURSOR, ()) == 1.0
