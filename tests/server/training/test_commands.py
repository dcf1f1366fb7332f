import json
import math
from pathlib import Path

import pytest
from inglenook_server.adapters import registry
from inglenook_server.cli import run
from inglenook_server.cli.adapt import note, print_card
from inglenook_server.training.lora import TrainProgress

from tests.server.adapters.test_registry import info, weights


def test_adapters_are_listed_switched_and_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = str(tmp_path)
    assert run(["adapters", "list", where]) == 3
    registry.save(tmp_path, info("a"), weights)

    def listed() -> list[tuple[str, bool]]:
        capsys.readouterr()
        assert run(["adapters", "list", where, "--json"]) == 0
        return [(one["name"], one["active"]) for one in json.loads(capsys.readouterr().out)["adapters"]]

    assert listed() == [("a", False)]
    assert run(["adapters", "use", "a", where]) == 0
    assert listed() == [("a", True)]
    assert run(["adapters", "off", where]) == 0
    assert listed() == [("a", False)]
    assert run(["adapters", "remove", "a", where]) == 0
    assert listed() == []


@pytest.mark.parametrize(
    ("command", "message"),
    [(["adapters", "use", "none"], "no adapter called none"), (["adapt"], "too little code to train on")],
)
def test_what_can_not_be_done_is_one_sentence(
    command: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*command, str(tmp_path)]) == 1
    shown = capsys.readouterr()
    assert message in shown.err.replace("\n", " ")
    assert "Traceback" not in shown.err
    assert shown.out == ""


def test_the_card_shows_before_after_and_how_to_switch(capsys: pytest.CaptureFixture[str]) -> None:
    print_card(info("a", held_out_loss_before=2.5, held_out_loss_after=2.25), active=False)
    text = capsys.readouterr().out
    assert "2.500" in text
    assert "-0.250" in text
    assert "inglenook adapters use a" in text


def test_the_note_beside_the_bar_leaves_out_what_is_not_known() -> None:
    assert note(TrainProgress("loading")) == ""
    full = TrainProgress("training", 3, 9, 2.0, math.nan, 210.4, 65.0)
    assert note(full) == "3/9  loss 2.000  210 tokens/s  1:05 left"
