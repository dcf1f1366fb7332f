import pytest
from inglenook_server.runtime.status import Facts, SessionStatus, summarise


@pytest.mark.parametrize(
    ("facts", "kind", "says"),
    [
        (Facts(workspace=True, files=1234, model="m"), "Normal", "1,234 files indexed, m is ready."),
        (Facts(workspace=True), "Normal", "0 files"),
        (Facts(), "Inactive", "No folder"),
        (Facts(workspace=True, enabled=False), "Inactive", "switched off"),
        (Facts(workspace=True, indexing="Indexing ..."), "Busy", "Indexing"),
        (Facts(workspace=True, loading="Loading m ..."), "Busy", "Loading"),
        (Facts(workspace=True, model_problem="No model. Do `x`."), "Warning", "Do `x`"),
        (Facts(workspace=True, model_problem="m", index_problem="i"), "Error", "i"),
        (Facts(workspace=True, notice="A secret file."), "Warning", "A secret file."),
    ],
)
def test_one_kind_and_one_sentence(facts, kind, says):
    found, message = summarise(facts)
    assert found == kind
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
