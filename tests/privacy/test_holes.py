"""Ways around the rules that were tried: each is a case, so that it stays shut."""

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inglenook_indexer import Index
from inglenook_indexer.files.discover import Candidate, reason_excluded, walk
from inglenook_indexer.files.read import read
from inglenook_indexer.secrets.redact import is_secret_path, mask_path, mask_secrets
from inglenook_indexer.types import Skipped
from inglenook_server.documents import Document
from inglenook_server.features.inline_completion import suggestion
from inglenook_server.features.surroundings import SurroundingsSource
from inglenook_server.session.services import make_services

from tests.privacy.samples import VENDORS, contents, made_from, pieces, secret

TOKEN = made_from(VENDORS["Linear"], 1)
VALUE = secret(20, 1)
CONTENTS = contents()
AWS = made_from(r"AKIA[A-Z2-7]{16}", 1)
HIDDEN = {
    "over several literals": (f'password = (\n    "{VALUE[:7]}"\n    "{VALUE[7:]}"\n)', [VALUE[:7], VALUE[7:]]),
    "joined by plus": (f'token = "{VALUE[:10]}" + \\\n    "{VALUE[10:]}"', [VALUE[:10], VALUE[10:]]),
    "on the next line": (f'API_KEY = \\\n    "{VALUE}"', [VALUE]),
    "in parentheses": (f"client_secret=(\n        '{VALUE}'\n    )", [VALUE]),
    "in triple quotes": (f'secret = """{VALUE}"""', [VALUE]),
    "an f-string": (f"password = f'{VALUE}'", [VALUE]),
    "not closed yet": (f'password = "{VALUE}\ny = 1', [VALUE]),
    "CRLF": (f"A=1\r\nDB_PASSWORD={VALUE}\r\nB=2\r\n", [VALUE]),
    "only CR": (f'a = 1\rpassword = "{VALUE}"\rb = 2', [VALUE]),
    "a diff's new line": (f"+DB_PASSWORD={VALUE}\n-API_TOKEN={VALUE[::-1]}\n", [VALUE, VALUE[::-1]]),
    "a quote in Markdown": (f"> password: {VALUE}\n", [VALUE]),
    "a list in Markdown": (f"* password: {VALUE}\n", [VALUE]),
    "a fence": (f"```sh\nexport API_TOKEN={VALUE}\n```\n", [VALUE]),
    "a notebook's string": (json.dumps({"source": [f'password = "{VALUE}"\n', f"API_TOKEN={VALUE}\n"]}), [VALUE]),
    "a notebook's key": (json.dumps({"source": [f"client = Client('{TOKEN}')\n"]}), [TOKEN]),
    "YAML": (f"db:\n  password: {VALUE}\n  user: app\n", [VALUE]),
    "YAML, short": ("db:\n  password: hunter2!x\n", ["hunter2!x"]),
    "TOML": (f'[db]\npassword = "{VALUE}"\n', [VALUE]),
    "properties": (f"spring.datasource.password={VALUE}\n", [VALUE]),
    "JSON": (json.dumps({"db": {"password": VALUE}}), [VALUE]),
    "PHP": (f"define('DB_PASSWORD', '{VALUE}'); $secret => '{VALUE}';", []),
    "an arrow": (f"'secret' => '{VALUE}',", [VALUE]),
    "XML": (f"<db><password>{VALUE}</password></db>", [VALUE]),
    "an attribute": (f'<add key="ApiToken" value="{VALUE}" />', [VALUE]),
    "a connection string": (f'"Server=db;User Id=app;Password={VALUE};Encrypt=true"', [VALUE]),
    "a flag": (f"mysql --password={VALUE} app", [VALUE]),
    "a flag with a space": (f"tool --api-token {VALUE} go", [VALUE]),
    "Docker": (f"FROM x\nENV DB_PASSWORD {VALUE}\n", [VALUE]),
    "netrc": (f"machine api.example.org login me password {VALUE}\n", [VALUE]),
    "a type between": (f"const apiKey: string | undefined = '{VALUE}';", [VALUE]),
    "an item": (f'os.environ["API_TOKEN"] = "{VALUE}"', [VALUE]),
    "a long line": ("x" * 300_000 + f' password = "{VALUE}" ' + "y" * 300_000, [VALUE]),
    "a long value": (f'token = "{secret(3000, 2)}"', pieces(secret(3000, 2))),
    "after a letter that grows in lower case": (f'İ password = "{VALUE}"', [VALUE]),
    "beside a lone surrogate": (f'\ud800 = 1\npassword = "{VALUE}\ud801"', [VALUE]),
    "glued to words": (f"https://x.org/?key={TOKEN}&b=1 ({AWS})", [TOKEN, AWS]),
    "a key block in a string": (
        '"-----BEGIN PRIVATE KEY-----\\n' + "\\n".join(["MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"] * 4)
        + '\\n-----END PRIVATE KEY-----\\n"',
        ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"],
    ),
    "a key block in a comment": (
        "# -----BEGIN EC PRIVATE KEY-----\n# MHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04f\n"
        "# -----END EC PRIVATE KEY-----\n",
        ["MHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04f"],
    ),
    "a key block, cut off": ("-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA8Q2k\n", ["MIIEpAIBAAKCAQEA8Q2k"]),
    "asks to look away": (f"k = '{TOKEN}'  # kingfisher:ignore gitleaks:allow pragma: allowlist secret", [TOKEN]),
    "before a comment": (f"API_TOKEN={VALUE} # of the test system\n", [VALUE]),
    "before a command": (f"DB_PASSWORD={VALUE} ./run --all\n", [VALUE]),
}  # fmt: skip


@pytest.mark.parametrize("name", HIDDEN)
def test_a_secret_is_masked(name):
    text, hidden = HIDDEN[name]
    masked, _ = mask_secrets(text)
    for one in hidden:
        assert one not in masked, masked[:300]
    assert len(masked) == len(text)
    assert len(masked.encode("utf-8", "surrogatepass")) == len(text.encode("utf-8", "surrogatepass"))


def test_a_block_of_several_lines_is_one_range():
    text = CONTENTS["block OPENSSH PRIVATE KEY"][0]
    _, [span] = mask_secrets(f"a = 1\n{text}\nb = 2\n")
    assert span.end - span.start == len(text)


INNOCENT = (
    "def test_password_reset_token(self): pass",
    "password: str | None = None",
    "password = getpass.getpass()",
    "token = request.headers['X-Token-1']",
    "secret_key = settings.SECRET_KEY_2",
    'token_url = "https://auth.example.org/oauth2/token"',
    'password_field_name = "password2"',
    "tokens = tokenizer.encode(text1)",
    "for token in tokens[1:]: print(token)",
    'raise ValueError("password must have 8 characters")',
    "api_key = os.getenv('OPENAI_API_KEY_1')",
    "git commit 8f14e45fceea167a5a36dedd4bea2543e1e2d3c4",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "id: 123e4567-e89b-12d3-a456-426614174000",
    "<label for='password'>Password</label>",
    "--token-limit 4096",
    "primary_key=True, foreign_key='users.id2'",
    "class='sk-spinner-double-bounce-container'",
)


@pytest.mark.parametrize("text", INNOCENT)
def test_innocent_code_stays(text):
    assert mask_secrets(text)[0] == text


@pytest.mark.parametrize(
    "path",
    [".ENV", "a/.Env.Local", "ID_RSA", "Server.PEM", ".env~", ".env.bak", "#.env#", ".#.env", "server.pem.orig",
     ".env ", "id_rsa (1)", "secrets.yml.old~", ".env copy", "X/.SSH/y", "a\\.aws\\b", "key.pem.1.~1~",
     ".docker/config.json", "home/.Docker/Config.JSON", ".bash_history", "prod.tfvars.json"],
)  # fmt: skip
def test_a_secret_name_in_disguise(path):
    assert is_secret_path(path)


def test_a_token_in_a_name_is_kept_out_and_shown_masked(tmp_path):
    name = f"backup-{made_from('ghp_[A-Za-z0-9]{36}', 1)}.txt"
    (tmp_path / name).write_text("x")
    [only] = walk(tmp_path)
    assert isinstance(only, Skipped)
    assert "ghp_" not in str(only) + mask_path(name) + str(reason_excluded(tmp_path, name))


def test_links_lead_nowhere(tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "outside.txt").write_text("x")
    (tmp_path / "tree" / ".env").write_text("A=1")
    (tmp_path / "tree" / "inside.txt").symlink_to(".env")
    (tmp_path / "tree" / "out.txt").symlink_to("../outside.txt")
    assert [one for one in walk(tmp_path / "tree") if isinstance(one, Candidate)] == []
    for name in ("inside.txt", "out.txt"):  # as if the link had come between the look and the reading
        assert isinstance(read(tmp_path / "tree", Candidate(name, 1, 1)), Skipped)
        assert "symbolic link" in str(reason_excluded(tmp_path / "tree", name))


def test_a_pipe_in_a_file_s_place_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "a.py")
    assert isinstance(read(tmp_path, Candidate("a.py", 1, 1)), Skipped)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_come_not_in_at_all(tmp_path, encoding):
    data = f'password = "{VALUE}"\n'.encode(encoding)
    (tmp_path / "a.py").write_bytes(data)
    assert isinstance(read(tmp_path, Candidate("a.py", len(data), 1)), Skipped)


def test_a_hard_link_and_a_copy_are_judged_by_their_content(tmp_path):
    (tmp_path / ".env").write_text(f"DB_PASSWORD={VALUE}\n")
    os.link(tmp_path / ".env", tmp_path / "notes.txt")
    found = read(tmp_path, Candidate("notes.txt", 30, 1))
    assert VALUE not in found.text


def test_secrets_at_the_borders_of_chunks_are_masked_whole(tmp_path):
    """Masking comes before cutting: no chunk can hold a half that its own text would not give away."""
    lines = [f"filler_{number} = compute({number})" for number in range(400)]
    for at in range(20, 400, 20):
        lines[at] = f'password = (\n    "{secret(12, at)}"\n    "{secret(12, at + 1)}"\n)'
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "a.py").write_text("\n".join(lines))
    index = Index(tmp_path / "tree", tmp_path / "index")
    index.refresh()
    text = "".join(hit.chunk.text for hit in index.search("filler password compute", limit=100))
    assert "****" in text
    for at in range(20, 400, 20):
        assert secret(12, at) not in text
        assert secret(12, at + 1) not in text
    index.close()


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(contents())),
    st.integers(0, 400),
    st.sampled_from(["\n", "\r\n", "é漢😀\n", " = 1\n", '"\n']),
)
def test_masking_survives_every_state_of_typing(name, cut, tail):
    """While a secret is typed or pasted, what is complete of it is masked wherever the text ends just then."""
    text, secrets = CONTENTS[name]
    masked, _ = mask_secrets(f"x = 1{tail}{text}{tail}{text[:cut]}")
    first = masked[: len(f"x = 1{tail}{text}")].lower()
    assert not [piece for one in secrets for piece in pieces(one) if piece in first]


@pytest.mark.parametrize("name", ["link.txt", ".ssh/config"])
async def test_a_secret_file_is_refused_under_any_name(tmp_path, name):
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "config").write_text("x")
    (tmp_path / "link.txt").symlink_to(tmp_path / ".ssh" / "config")
    services = make_services()
    document = Document((tmp_path / name).as_uri(), "x = ", 1, "text")
    try:
        assert (
            await suggestion(services, SurroundingsSource(services), document, document.text, 4, automatic=False)
            is None
        )
        assert "where credentials are kept" in services.status.facts.notice
    finally:
        services.close()
