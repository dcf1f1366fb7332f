import string
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_indexer.secrets.redact import is_secret_path, mask_secrets

SECRET_PATHS = (
    ".env",
    ".env.local",
    "config/.env.production",
    "prod.env",
    "deploy/server.pem",
    "id_rsa",
    "id_ed25519",
    ".npmrc",
    ".pypirc",
    ".netrc",
    "credentials",
    "credentials.json",
    "secrets.yml",
    "terraform.tfstate",
    "prod.tfvars",
    ".aws/config",
    "home/.ssh/known_hosts",
    "C:\\Users\\me\\.ssh\\id",
    "keys/app.P12",
    ".git-credentials",
    "SECRETS.YAML",
)
PLAIN_PATHS = (
    ".env.example",
    "id_rsa.pub",
    "secrets.py",
    "credentials.go",
    "environment.py",
    "key.py",
    "tokens.md",
    "src/env.ts",
    ".env.sample",
    "config.template.env.dist",
    "password_reset.html",
)


@pytest.mark.parametrize("path", SECRET_PATHS)
def test_secret_by_name(path):
    assert is_secret_path(path)


@pytest.mark.parametrize("path", PLAIN_PATHS)
def test_not_secret_by_name(path):
    assert is_secret_path(path) is None


# Put together at run time, so that scanners of this repository stay quiet.
TOKENS = {
    "aws": "AKIA" + "IOSFODNN7QWERTYU",
    "github": "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0iL3oR6",
    "github fine-grained": "github_pat_" + "11ABCDEFG0aBcDeFgHiJkL_mNoPqRsTuVwXyZ",
    "gitlab": "glpat-" + "aB3dE6gH9jK2mN5pQ8sT",
    "slack": "xoxb-" + "123456789012-abcdefABCDEF",
    "google": "AIza" + "SyA1234567890abcdefghijklmnopqrstuv",
    "stripe": "sk_live_" + "abcdefghijklmnop12345678",
    "openai": "sk-proj-" + "abcdefghijklmnopqrstuvwx",
    "npm": "npm_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0iL3oR6",
    "jwt": "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N",
}


@pytest.mark.parametrize("name", TOKENS)
@pytest.mark.parametrize(
    "around", ["x = '{}'\n", "{}", "# see {} here", '{{"a": "{}"}}', "Authorization: Bearer {}\r\n"]
)
def test_tokens_are_masked_wherever_they_stand(name, around):
    text = around.format(TOKENS[name])
    masked, spans = mask_secrets(text)
    assert TOKENS[name] not in masked
    assert len(spans) == 1
    assert masked.replace("*", "") == around.format("").replace("*", "")


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ('password = "hunter2"', "hunter2"),
        ("DB_PASSWORD='S3cr3t!pass'", "S3cr3t!pass"),
        ('"client_secret": "Zm9vYmFyMTIzNDU2Nzg5MA"', "Zm9vYmFyMTIzNDU2Nzg5MA"),
        ("api_key: 8f14e45fceea167a5a36dedd4bea2543\n", "8f14e45fceea167a5a36dedd4bea2543"),
        ("export AUTH_TOKEN=b3BlbnNlc2FtZTEyMzQ1Ng==\n", "b3BlbnNlc2FtZTEyMzQ1Ng=="),
        ('const token: string = "a8f5f167f44f4964e6c998dee827110c"', "a8f5f167f44f4964e6c998dee827110c"),
        (
            "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzKEY1",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzKEY1",
        ),
        ("postgres://app:p4ssw0rd9@db.internal/x", "p4ssw0rd9"),
        ('passwd := "Grüße-42-Xyz"', "Grüße-42-Xyz"),
    ],
)
def test_values_of_secret_names_are_masked(text, secret):
    masked, _ = mask_secrets(text)
    assert secret not in masked
    assert len(masked) == len(text)
    assert len(masked.encode()) == len(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "token = tokenize(value)",
        'password = os.environ["PASSWORD"]',
        'password = "password"',
        'API_KEY = "your_api_key_here1"',
        'secret = "${SECRET_VALUE_1}"',
        'PASSWORD_VALIDATOR = "django.contrib.auth.password_validation"',
        'label = "Forgot your password? Click here 123"',
        "self.token = self.tokens[0]",
        'tokenizer = "gpt2"',
        "https://example.com/path:80@2x.png",
        "sk-learn and sk-image",
        "passwords: list[str] = []",
    ],
)
def test_ordinary_code_is_left_alone(text):
    assert mask_secrets(text) == (text, [])


def test_a_private_key_is_one_range_and_keeps_its_lines():
    body = "\n".join(["MIIEpAIBAAKCAQEA" + "x" * 48] * 5)
    key = f"-----BEGIN RSA PRIVATE KEY-----\r\n{body}\r\n-----END RSA PRIVATE KEY-----"
    masked, spans = mask_secrets(f"a = 1\n{key}\nb = 2\n")
    assert len(spans) == 1
    assert "MIIE" not in masked
    assert masked.startswith("a = 1\n***")
    assert masked.endswith("***\nb = 2\n")
    assert masked.count("\n") == key.count("\n") + 3


def test_a_key_that_is_cut_short_is_masked_to_its_last_line():
    masked, _ = mask_secrets("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n")
    assert not set(masked) - set("*\n")


ALPHABET = string.ascii_letters + string.digits + " \n\r\t\"'=:;/@{}[]()-_.äß漢😀\u2028"
SNIPPETS = st.one_of(
    st.text(ALPHABET, max_size=40),
    st.sampled_from([*TOKENS.values(), 'password = "hünter2é"', "-----BEGIN PRIVATE KEY-----\n", "İ", "secret: '"]),
)


@given(st.lists(SNIPPETS, max_size=12).map("".join))
def test_masking_keeps_every_position(text):
    masked, spans = mask_secrets(text)
    assert len(masked) == len(text)
    assert len(masked.encode()) == len(text.encode())
    inside = {index for span in spans for index in range(span.start, span.end)}
    for index, (before, after) in enumerate(zip(text, masked, strict=True)):
        if index not in inside or before in "\r\n":
            assert before == after
    assert all(span.end <= following.start for span, following in pairwise(spans))
