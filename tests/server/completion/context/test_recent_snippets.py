from inglenook_server.completion.context.recent_snippets import SnippetMemory


def test_snippets_stay_while_the_cursor_stays_near():
    memory = SnippetMemory()
    asked: list[str] = []

    def look_up(query: str) -> tuple[str, bool]:
        asked.append(query)
        return f"{len(asked)}.py", True

    for line, query in [(10, "a"), (10, "a"), (12, "b"), (13, "c"), (15, "d"), (9, "e"), (40, "e")]:
        memory.get("me.py", line, query, look_up)
    assert asked == ["a", "d", "e"]
    memory.clear()
    memory.get("me.py", 40, "e", look_up)
    assert asked[-1] == "e"
    assert len(asked) == 4


def test_what_a_late_source_is_missing_from_is_not_kept():
    memory = SnippetMemory()
    assert memory.get("me.py", 1, "a", lambda _: ("half", False)) == "half"
    assert memory.get("me.py", 1, "a", lambda _: ("whole", True)) == "whole"
    assert memory.get("me.py", 2, "a", lambda _: ("other", True)) == "whole"
