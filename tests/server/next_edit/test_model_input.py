from inglenook_server.next_edit.model_input import Shown, model_input
from inglenook_server.next_edit.predict import next_edits

from tests.server.next_edit.replay import changed


def test_the_edits_and_the_place_in_whole_lines():
    text = "run(a)\nx = 1\nrun(b)\ny = 2\nz = run(c)\n"
    twice = (("run(a)", "run(a, 1)"), ("run(b)", "run(b, 1)"))
    situation = changed(text, *twice, language="python")
    made = model_input(next_edits(situation)[0], situation)
    assert made.edits == tuple(Shown("file", before, after) for before, after in twice)
    assert (made.candidate, made.expected) == ("z = run(c)", "z = run(c, 1)")
