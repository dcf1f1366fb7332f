import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_indexer.search.stack_trace import Frame, frames, shared_tail


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('  File "/srv/a/views.py", line 12, in index', [("/srv/a/views.py", 12, "index")]),
        ("    at Object.foo (/app/lib/core/Axios.js:12:3)", [("/app/lib/core/Axios.js", 12, "foo")]),
        ("    at async dispatch (file:///app/main.mjs:7:1)", [("/app/main.mjs", 7, "dispatch")]),
        ("    at /app/index.ts:3:9", [("/app/index.ts", 3, "")]),
        ("\tat com.google.gson.Gson.fromJson(Gson.java:932)", [("Gson.java", 932, "fromJson")]),
        ("   at Dapper.SqlMapper.Query(IConnection c) in C:\\a\\Mapper.cs:line 77", [("C:/a/Mapper.cs", 77, "Query")]),
        ("#0 /app/src/Client.php(95): GuzzleHttp\\Client->request()", [("/app/src/Client.php", 95, "request")]),
        ("lib/sinatra/base.rb:1065:in `dispatch!'", [("lib/sinatra/base.rb", 1065, "dispatch!")]),
        ("lua/lazy/init.lua:9: in function 'setup'", [("lua/lazy/init.lua", 9, "setup")]),
        ("    (phoenix 1.7) lib/router.ex:484: Phoenix.Router.call/2", [("lib/router.ex", 484, "call")]),
        ("main.(*Server).Run(0x1)\n\t/home/u/server.go:33 +0x1d", [("/home/u/server.go", 33, "Run")]),
        ("thread 'main' panicked at src/routing/mod.rs:12:5:", [("src/routing/mod.rs", 12, "")]),
        ("error[E0308]: mismatched types\n --> src/lib.rs:4:5", [("src/lib.rs", 4, "")]),
        ("#1 0x00 in uv__run (loop=0x1) at src/unix/core.c:377", [("src/unix/core.c", 377, "uv__run")]),
        ("src/app.ts(12,3): error TS2345: no", [("src/app.ts", 12, "")]),
        ("(in test file test/a.bats, line 3)", [("test/a.bats", 3, "")]),
        ("at localhost:8080", []),
        ("see example.com:443 and 10:30", []),
        ("", []),
    ],
)  # fmt: skip
def test_formats(text, found):
    assert [(one.path, one.line, one.symbol) for one in frames(text)] == found


def test_python_puts_the_error_last_and_others_first():
    python = 'File "a.py", line 1, in f\nFile "b.py", line 2, in g\nValueError: x'
    assert [one.path for one in frames(python)] == ["b.py", "a.py"]
    node = "at f (a.js:1:1)\nat g (b.js:2:2)"
    assert [one.path for one in frames(node)] == ["a.js", "b.js"]


@pytest.mark.parametrize(
    ("path", "other", "count"),
    [("/x/flask/app.py", "src/flask/app.py", 2), ("app.py", "src/app.py", 1), ("a.py", "b.py", 0)],
)  # fmt: skip
def test_shared_tail(path, other, count):
    assert shared_tail(path, other) == count


@given(st.text(alphabet="at File\"',()[]:.py/\\line 0123456789\n", max_size=400))
def test_hostile_text_is_read_in_bounded_time(text):
    assert all(isinstance(one, Frame) and one.line >= 0 for one in frames(text))
