import math
from types import SimpleNamespace

import pytest
from inglenook_server.adapters import registry
from inglenook_server.errors import AdapterError, ModelError
from inglenook_server.training.lora import WARMUP_STEPS, TrainOptions, learning_rate
from inglenook_server.training.train import adapt, default_name, require_torch

from tests.server.training.conftest import OPTIONS, Trained
from tests.server.training.house import repository


def test_the_learning_rate_warms_up_and_ends_at_a_tenth() -> None:
    rates = [learning_rate(step, step / 100, 1.0) for step in range(1, 101)]
    assert rates[0] == pytest.approx(1 / WARMUP_STEPS, rel=0.01)
    assert max(rates) == rates[WARMUP_STEPS - 1]
    assert rates[WARMUP_STEPS - 1 :] == sorted(rates[WARMUP_STEPS - 1 :], reverse=True)
    assert rates[-1] == pytest.approx(0.1)
    assert learning_rate(500, 7.0, 1.0) == pytest.approx(0.1)


def test_a_missing_extra_is_one_sentence_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "peft" else SimpleNamespace())
    with pytest.raises(AdapterError, match="needs peft, which is not installed") as refused:
        require_torch()
    assert refused.value.mend == "pip install 'inglenook[torch]'"


def test_a_missing_model_and_too_little_code_are_said_before_anything_is_loaded(
    workspace, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    with pytest.raises(AdapterError, match="too little code"):
        adapt(workspace({"a.py": "x = 1\n"}), model="smollm2-135m")
    monkeypatch.setenv("INGLENOOK_MODELS", str(tmp_path / "none"))
    with pytest.raises(ModelError, match="not on this machine") as refused:
        adapt(workspace(repository()), model="smollm2-135m")
    assert "models pull smollm2-135m" in refused.value.mend


@pytest.mark.parametrize(
    ("model", "commit", "expected"),
    [
        ("smollm2-135m", "1a2b3c4d5e6f+", "smollm2-135m-1a2b3c4d"),
        ("/home/me/my model.gguf", "1a2b3c4d5e6f", "my-model-1a2b3c4d"),
    ],
)
def test_the_default_name_tells_model_and_commit(model: str, commit: str, expected: str) -> None:
    assert default_name(model, commit) == expected
    assert registry.check_name(default_name(model, ""))


@pytest.mark.model
def test_training_lowers_the_loss_on_files_it_never_saw(trained: Trained) -> None:
    info = trained.info
    assert info.held_out_loss_after < 0.9 * info.held_out_loss_before
    assert info.steps == OPTIONS.steps
    assert info.tokens > 0
    assert info.positions == OPTIONS.positions
    assert info.edit_similarity_low <= info.edit_similarity_after - info.edit_similarity_before
    assert info.files + info.held_out_files < len(repository())
    assert len(info.weights_hash) == 64
    assert registry.read(info.folder) == info


@pytest.mark.model
def test_progress_names_its_stages_in_order_and_ends_at_the_last_step(trained: Trained) -> None:
    stages = list(dict.fromkeys(report.stage for report in trained.reports))
    assert stages == ["loading", "judging before", "training", "judging after"]
    training = [report for report in trained.reports if report.stage == "training"]
    assert [report.step for report in training] == sorted(report.step for report in training)
    last = training[-1]
    assert (last.step, last.total) == (OPTIONS.steps, OPTIONS.steps)
    assert last.loss < training[1].loss
    assert last.tokens_per_second > 0
    assert not math.isnan(last.held_out_loss)


@pytest.mark.model
def test_ctrl_c_keeps_the_best_so_far_or_says_that_nothing_was_saved(fast_model: str, workspace) -> None:
    root = workspace(repository())
    small = {"positions": 1, "held_out_rows": 1, "validation_rows": 1, "row_tokens": 96}
    options = TrainOptions(steps=60, rank=4, learning_rate=2e-3, **small)
    steps: list[int] = []

    def run(name: str, after: int) -> registry.AdapterInfo:
        steps.clear()
        return adapt(
            root,
            model=fast_model,
            name=name,
            options=options,
            progress=lambda report: steps.append(report.step if report.stage == "training" else 0),
            cancelled=lambda: bool(steps) and max(steps) >= after,
        )

    with pytest.raises(AdapterError, match="nothing was saved"):
        run("never", 0)
    assert registry.list_adapters(root) == []
    info = run("early", 6)
    assert info.interrupted
    assert info.steps == 6
    assert registry.list_adapters(root) == [info]
