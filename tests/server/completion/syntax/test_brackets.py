import pytest
from inglenook_server.completion.syntax.brackets import nesting, outermost


@pytest.mark.parametrize(
    ("language", "text", "inside", "opened", "openers"),
    [
        ("python", '"\\', "string", '"', ""),
        ("python", '"\\" (', "string", '"', ""),
        ("python", '"\\\\" (', "code", "", "("),
        ("python", 'r"\\" (', "string", '"', ""),
        ("python", '"""a" (', "string", '"""', ""),
        ("python", "'''a''' (", "code", "", "("),
        ("python", '"a" # (', "comment", "", ""),
        ("javascript", "`a (", "string", "`", ""),
        ("javascript", "`${f(`b`)} (", "string", "`", ""),
        ("javascript", "`${a + {b: (", "code", "`${", "{{("),
        ("javascript", "`${a}` + (", "code", "", "("),
        ("javascript", "`\\${` + (", "code", "", "("),
        ("javascript", 'x.replace(/["(]/g, ', "code", "", "("),
        ("javascript", "a / (b", "code", "", "("),
        ("typescript", "/* ( */ [", "code", "", "["),
        ("go", "`a\\` + (", "code", "", "("),
        ("go", "'(' + [", "code", "", "["),
        ("rust", 'r#"a" (', "string", 'r#"', ""),
        ("rust", 'r#"a\\"# (', "code", "", "("),
        ("rust", 'r"\\" (', "code", "", "("),
        ("rust", "/* /* */ (", "comment", "/*", ""),
        ("rust", "/* /* ", "comment", "/*/*", ""),
        ("rust", "fn f<'a>(", "code", "", "("),
        ("rust", '"two\nlines (', "string", '"', ""),
        ("swift", "/* /* */ */ (", "code", "", "("),
        ("swift", '#"a" (', "string", '#"', ""),
        ("c", "/* /* */ (", "code", "", "("),
        ("cpp", 'R"x(a)" )x" (', "code", "", "("),
        ("csharp", '@"a\\" + (', "code", "", "("),
        ("csharp", '@"a"" (', "string", '@"', ""),
        ("csharp", '$@"a\\" + (', "code", "", "("),
        ("csharp", '"""a" (', "string", '"""', ""),
        ("kotlin", '"""a\\""" + (', "code", "", "("),
        ("java", '"""a\\""" (', "string", '"""', ""),
        ("dart", "r'\\' + (", "code", "", "("),
        ("sql", "'it''s (", "string", "'", ""),
        ("sql", "'a\\' || (", "code", "", "("),
        ("lua", "[==[ ]] (", "string", "[==[", ""),
        ("lua", "--[[ a\n(", "comment", "--[[", ""),
        ("haskell", "{- {- -} (", "comment", "{-", ""),
        ("julia", "#= #= =# (", "comment", "#=", ""),
        ("bash", "echo 'a\\' (", "code", "", "("),
        ("bash", "n=$((1<<BITS))\n(", "code", "", "("),
        ("ruby", "y = 1 <<FOO\n(", "code", "", "("),
        ("bash", "echo \\' (", "code", "", "("),
        ("bash", "cat <<EOF (\nit's", "string", "<<EOF\n", "("),
        ("bash", "cat <<EOF\nit's\nEOF\n(", "code", "", "("),
        ("ruby", "=begin\nit's (\n=end\n[", "code", "", "["),
        ("nix", "''a ''${ (", "string", "''", ""),
        ("toml", "a = 'b\\' # (", "comment", "", ""),
        ("toml", "a = '''b\\''' \nc = [", "code", "", "["),
        ("yaml", "a: it's [", "code", "", "["),
        ("yaml", "a: 'it''s [", "string", "'", ""),
        ("json", '{"a": "b\\"', "string", '"', "{"),
        ("cmake", "#[[ a\n(", "comment", "#[[", ""),
        ("markdown", "it's (", "code", "", ""),
        ("of a language that is not known", '"a" (', "code", "", "("),
    ],
)
def test_what_the_end_lies_in(language, text, inside, opened, openers):
    found = nesting(text, language)
    assert (found.inside, found.opened, "".join(found.openers)) == (inside, opened, openers)


@pytest.mark.parametrize(
    ("text", "wrong"), [('x = "a\ny', 1), ('x = "a', 0), ('x = "a\\\nb"', 0), ("(]", 1), ("()", 0), ("'''\n", 0)]
)
def test_strings_end_with_their_line(text, wrong):
    assert nesting(text, "python").wrong == wrong


def test_outermost():
    assert outermost("a(b[1])('(') + {", "python") == [1, 7, 15]
