import pytest
from inglenook_server.runtime.status import Facts, SessionStatus, summarise


@pytest.mark.parametrize(
    ("facts", "kind", "says", "brief"),
    [
        (Facts(workspace=True, files=1234, model="m"), "Normal", "1,234 files indexed, m is ready.", ""),
        (Facts(workspace=True), "Normal", "0 files", ""),
        (Facts(), "Inactive", "No folder", "no folder"),
        (Facts(workspace=True, enabled=False), "Inactive", "switched off", "completions off"),
        (Facts(workspace=True, snoozed="05:12"), "Inactive", "until 05:12", ""),
        (Facts(workspace=True, indexing="Indexing ..."), "Busy", "Indexing", "indexing"),
        (Facts(workspace=True, indexing="Indexing 3 of 9 files"), "Busy", "3 of 9", "indexing 3 of 9 files"),
        (Facts(workspace=True, loading="Loading m ..."), "Busy", "Loading", "loading the model"),
        (Facts(workspace=True, loading="Loading m ...", indexing="Indexing ..."), "Busy", "Loading", "indexing"),
        (Facts(workspace=True, model_problem="No model. Do `x`."), "Warning", "Do `x`", "model problem"),
        (Facts(workspace=True, model_problem="No m.", missing_model="m"), "Warning", "No m.", "no model"),
        (Facts(workspace=True, model_problem="No m.", missing_model="m", indexing="I"), "Busy", "I", "i"),
        (
            Facts(model_problem="No m.", missing_model="m", fetching="m comes.", fetched="4 %"),
            "Busy",
            "m comes.",
            "4 %",
        ),
        (Facts(workspace=True, model_problem="m", index_problem="i"), "Error", "i", "index problem"),
        (Facts(workspace=True, notice="A secret file."), "Warning", "A secret file.", ""),
    ],
)
def test_one_kind_one_sentence_and_a_word_or_two(facts, kind, says, brief):
    found, message, word = summarise(facts)
    assert (found, word) == (kind, brief)
    assert says in message


def test_changes_are_told_but_not_each_latency():
    status, told = SessionStatus(), []
    status.set(files=1)
    status.listen(told.append)
    status.set(files=2)
    status.set(files=2)
    status.set(last_latency_ms=5.0)
    assert [facts.files for facts in told] == [2]
    assert status.facts.last_latency_ms == 5.0
