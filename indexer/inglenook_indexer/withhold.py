"""What must never be stored, prompted or logged: secret files by name, secret ranges by content. Reads no files.

Masks keep the length of the text in characters and in UTF-8 bytes, and keep its newlines, so every span stays exact.
Patterns follow the vendors' published token formats, as gitleaks and trufflehog do; when in doubt about a bare word
nothing is masked, when in doubt about a token it is.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from fnmatch import translate


@dataclass(frozen=True, slots=True)
class Span:
    """A withheld range of a text: characters, half open, and what was found there."""

    start: int
    end: int
    reason: str


_SECRET_NAMES = {
    "a file of environment variables": (".env", ".env.*", "*.env", ".envrc"),
    "a private key": (
        "*.pem", "*.key", "*.p12", "*.pfx", "*.ppk", "*.jks", "*.keystore", "*.kdbx", "*.asc", "*.gpg", "*.p8",
        "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "*.age",
    ),
    "a credentials file": (
        ".npmrc", ".pypirc", ".netrc", "_netrc", ".htpasswd", ".pgpass", ".my.cnf", ".git-credentials", ".dockercfg",
        ".yarnrc.yml", "credentials", "credentials.*", "*.credentials", "secrets.*", "*.secrets", ".secrets",
        "client_secret*.json", "service-account*.json", "service_account*.json", "*.tfstate", "*.tfstate.*", "*.tfvars",
        "master.key", ".vault-token", ".boto", ".s3cfg", "terraform.rc", ".terraformrc", "wp-config.php",
        ".bash_history", ".zsh_history", ".python_history", ".psql_history", ".mysql_history",
    ),
}  # fmt: skip
_SECRET_FOLDERS = {".ssh", ".aws", ".gnupg", ".azure", ".kube", ".gcloud"}
_PUBLIC = ("*.example", "*.sample", "*.template", "*.dist", "*.pub", "*.example.*", "*.sample.*", "*.template.*")
_CODE = (".py", ".pyi", ".js", ".ts", ".tsx", ".go", ".rs", ".java", ".c", ".h", ".cpp", ".cs", ".rb", ".kt", ".swift")
"""`secrets.py` and `credentials.go` are code about secrets; their content is scanned like any other."""


_SECRET_PATTERN = re.compile(
    "|".join(
        f"(?P<r{number}>{'|'.join(map(translate, patterns))})" for number, patterns in enumerate(_SECRET_NAMES.values())
    )
)
_SECRET_REASONS = tuple(_SECRET_NAMES)
_PUBLIC_PATTERN = re.compile("|".join(map(translate, _PUBLIC)))


def is_secret_path(path: str) -> str | None:
    """Why the file at `path` (POSIX, relative or absolute) is withheld by its name alone, or None."""
    *folders, name = path.replace("\\", "/").split("/")
    for folder in folders:
        if folder.lower() in _SECRET_FOLDERS:
            return f"it lies in {folder}, where credentials are kept"
    lower = name.lower()
    found = _SECRET_PATTERN.match(lower)
    if found is None or _PUBLIC_PATTERN.match(lower):
        return None
    if lower.endswith(_CODE) and not lower.startswith(("id_", ".env")):
        return None
    return f"{name} is {_SECRET_REASONS[int(str(found.lastgroup)[1:])]}, which may hold secrets"


_KEY_BLOCK = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
    r"(?:[\s\S]{0,20000}?-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|[A-Za-z0-9+/=\s\\\"',:-]{0,20000})"
)

_TOKENS: tuple[tuple[tuple[str, ...], str, re.Pattern[str]], ...] = tuple(
    (tuple(needles.split()), reason, re.compile(pattern))
    for needles, reason, pattern in (
        ("AKIA ASIA ABIA ACCA", "an AWS access key", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
        ("gho_ ghp_ ghs_ ghu_ ghr_", "a GitHub token", r"\bgh[opsur]_[A-Za-z0-9]{30,255}\b"),
        ("github_pat_", "a GitHub token", r"\bgithub_pat_[A-Za-z0-9_]{22,255}\b"),
        ("glpat-", "a GitLab token", r"\bglpat-[\w-]{20,}"),
        ("xoxa- xoxb- xoxp- xoxr- xoxs- xapp- xoxe", "a Slack token", r"\b(?:xox[abprse]|xapp)-[\w.-]{10,}"),
        ("hooks.slack.com", "a Slack webhook", r"hooks\.slack\.com/(?:services|workflows)/[\w/+-]{20,}"),
        ("AIza", "a Google API key", r"\bAIza[\w-]{35}"),
        ("ya29.", "a Google access token", r"\bya29\.[\w-]{20,}"),
        ("GOCSPX-", "a Google client secret", r"\bGOCSPX-[\w-]{20,}"),
        ("sk_live_ sk_test_ rk_live_ rk_test_", "a Stripe key", r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"),
        ("sk-", "an API key", r"\bsk-(?:proj-|ant-|svcacct-|or-)?[A-Za-z0-9_-]{20,}"),
        ("npm_", "an npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
        ("pypi-AgE", "a PyPI token", r"\bpypi-AgE[\w-]{50,}"),
        ("hf_", "a Hugging Face token", r"\bhf_[A-Za-z]{34}\b"),
        ("SG.", "a SendGrid key", r"\bSG\.[\w-]{16,32}\.[\w-]{16,64}"),
        ("dop_v1_", "a DigitalOcean token", r"\bdop_v1_[a-f0-9]{64}\b"),
        ("shpat_ shpss_ shpca_", "a Shopify token", r"\bshp(?:at|ss|ca)_[a-fA-F0-9]{32}\b"),
        ("AccountKey=", "an Azure storage key", r"(?<=AccountKey=)[A-Za-z0-9+/=]{40,}"),
        ("eyJ", "a JSON web token", r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    )
)

_URL_PASSWORD = re.compile(r"://[^\s:/@'\"<>{}$]{1,80}:([^\s/@'\"<>{}$%]{3,120})@[\w.-]")

_KEY_WORDS = (
    "password", "passwd", "passphrase", "pwd", "secret", "token", "credential", "api_key", "api-key", "apikey",
    "access_key", "access-key", "accesskey", "auth_key", "auth-key", "authkey", "private_key", "private-key",
    "privatekey",
)  # fmt: skip
"""Words that make a name sound secret. Looked for one by one, lower case: much faster than one pattern for all."""
_ASSIGNED = re.compile(
    r"[\w-]{0,24}[\"'\]]{0,2}\s{0,4}(?::\s{0,2}[\w<>&']{1,20}\s{0,2})?(?:=>|:=|[:=])\s{0,4}"
    r"[rbu]?(?P<quote>[\"'`])(?P<value>[^\"'`\r\n]{6,512})(?P=quote)"
)
_BARE = re.compile(r"[\w-]{0,24}[ \t]*[:=][ \t]*(?P<value>[^\s\"'`#,;(){}\[\]<>$]{12,512})[ \t]*(?=\r?$)", re.MULTILINE)
_BARE_HEAD = re.compile(r"[ \t]*(?:(?:export|set)[ \t]+|-[ \t]+)?[\w.-]*")
"""What may stand before the word on the line of an unquoted value; anything else is code, not configuration."""
_PLACEHOLDER = re.compile(
    r"(?i)^(?:.*(?:\$\{|\{\{|%\(|<[a-z]|example|changeme|change_me|placeholder|dummy|your[_-]|xxx|todo|redacted|\*\*\*).*)$"
)
_MIN_ENTROPY = 3.0  # bits per character; English words and identifiers of 8-20 letters lie around 2.5-3.3
_RANDOM_LENGTH, _RANDOM_ENTROPY = 32, 4.2  # no placeholder looks like this, whatever words it happens to hold
_MIN_PASSWORD_ENTROPY = 2.3  # the key already says "password": only doublets like "test1111" pass below this


def _entropy(text: str) -> float:
    """Shannon entropy of the characters of `text`, in bits per character."""
    size = len(text)
    return -sum(count / size * math.log2(count / size) for count in Counter(text).values())


def _is_secret_value(key: str, value: str) -> bool:
    """Whether a value given to a secret-sounding name is one, and no placeholder, path, sentence or identifier."""
    if " " in value or value.startswith(("/", "./", "http://", "https://", "$", "{", "%")):
        return False
    random = len(value) >= _RANDOM_LENGTH and _entropy(value) >= _RANDOM_ENTROPY
    if _PLACEHOLDER.match(value) and not random:
        return False
    letters = any(character.isalpha() for character in value)
    others = any(not (character.isalpha() or character in "_-./:") for character in value)
    mixed = letters and others
    if key.startswith(("pass", "pwd")):
        return (mixed or value.isdigit()) and _entropy(value) >= _MIN_PASSWORD_ENTROPY
    return len(value) >= 10 and mixed and _entropy(value) >= _MIN_ENTROPY


def find_secrets(text: str) -> list[Span]:
    """The ranges of `text` that hold secrets: sorted, not overlapping."""
    spans: list[Span] = []
    if "PRIVATE KEY" in text:
        spans += [Span(match.start(), match.end(), "a private key") for match in _KEY_BLOCK.finditer(text)]
    for needles, reason, pattern in _TOKENS:
        if any(needle in text for needle in needles):
            spans += [Span(match.start(), match.end(), reason) for match in pattern.finditer(text)]
    if "://" in text and "@" in text:
        for match in _URL_PASSWORD.finditer(text):
            if not _PLACEHOLDER.match(match[1]) and match[1].lower() not in ("password", "pass", "pwd", "secret"):
                spans.append(Span(match.start(1), match.end(1), "a password in a URL"))
    spans += _assignments(text)
    return _merged(spans)


def _assignments(text: str) -> list[Span]:
    """Values given to names that say they are secret, quoted anywhere or bare on a line of their own."""
    spans: list[Span] = []
    lower = text.lower()
    if len(lower) != len(text):  # a few letters grow when lowered; their neighbours must not shift
        lower = "".join(character.lower() if len(character.lower()) == 1 else character for character in text)
    for word in _KEY_WORDS:
        position = lower.find(word)
        while position >= 0:
            end = position + len(word)
            found = _ASSIGNED.match(text, end)
            if found is None:
                head = text[text.rfind("\n", 0, position) + 1 : position]
                found = _BARE.match(text, end) if len(head) < 80 and _BARE_HEAD.fullmatch(head) else None
            if found is not None and _is_secret_value(word, found["value"]):
                spans.append(Span(found.start("value"), found.end("value"), f"the value of a {word}"))
            position = lower.find(word, end)
    return spans


def _merged(spans: list[Span]) -> list[Span]:
    """Overlapping spans joined; the first one's reason stays."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Span(last.start, max(last.end, span.end), last.reason)
        else:
            merged.append(span)
    return merged


_MASKS = {1: "*", 2: "·", 3: "•", 4: "\U0001f512"}  # by UTF-8 length, so that byte offsets survive as well


def _mask(text: str) -> str:
    """`text` with every character but line breaks replaced by one of equal UTF-8 length."""
    if text.isascii():
        return re.sub(r"[^\r\n]", "*", text)
    return "".join(character if character in "\r\n" else _MASKS[len(character.encode())] for character in text)


def mask_secrets(text: str) -> tuple[str, list[Span]]:
    """`text` with its secrets masked at equal length, and where they were."""
    spans = find_secrets(text)
    if not spans:
        return text, spans
    pieces: list[str] = []
    position = 0
    for span in spans:
        pieces += [text[position : span.start], _mask(text[span.start : span.end])]
        position = span.end
    pieces.append(text[position:])
    return "".join(pieces), spans
