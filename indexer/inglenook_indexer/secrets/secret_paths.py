"""Files that are withheld by their name or place alone. Reads no files; nothing lifts these rules.

Names follow what the field's scanners look for (gitleaks, gitrob, trufflehog) and the tools' own documentation.
"""

from __future__ import annotations

import re
from fnmatch import translate

FILES: dict[str, tuple[str, ...]] = {
    "a file of environment variables": (
        ".env", ".env.*", ".env-*", ".env_*", "*.env", "env.prod*", "env.stag*", "env.dev*", "env.local", ".envrc",
        ".dev.vars", ".flaskenv",
    ),
    "a private key": (
        "*.pem", "*.key", "*.p12", "*.pfx", "*.ppk", "*.jks", "*.keystore", "*.kdbx", "*.asc", "*.gpg", "*.p8",
        "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "*.age", "*.agekey", "*.keychain", "*.ovpn", "*.pkcs12",
    ),
    "a credentials file": (
        ".npmrc", "npmrc", ".pypirc", "pypirc", ".netrc", "_netrc", "netrc", ".htpasswd", "htpasswd", ".pgpass",
        "pgpass", "pgpass.conf", ".my.cnf", ".mylogin.cnf", ".git-credentials", ".dockercfg", ".yarnrc.yml",
        "credentials", "credentials.*", "*.credentials", "secrets", "secrets.*", "*.secrets", ".secrets", "*.secret",
        "client_secret*.json", "service-account*.json", "service_account*.json", "gha-creds-*.json",
        "*firebase-adminsdk*.json", "*.tfstate", "*.tfstate.*", "*.tfvars", "*.tfvars.json", "master.key",
        ".vault-token", ".vault_pass*", ".boto", ".s3cfg", "terraform.rc", ".terraformrc", "wp-config.php",
        "kubeconfig", "*.kubeconfig", "local.settings.json", "settings-security.xml", ".ftpconfig", "sftp-config.json",
        ".remote-sync.json", "filezilla.xml", "sitemanager.xml", ".esmtprc", ".msmtprc", ".fetchmailrc", ".authinfo",
        ".authinfo.*", "*.rdp", "key.properties", "keystore.properties", "signing.properties",
    ),
    "a history of commands": (
        ".*_history", ".*history", ".mysql_history", ".lesshst", "consolehost_history.txt",
    ),
}  # fmt: skip
"""What a file is -> patterns of its name, in lower case."""
FOLDERS = frozenset({".ssh", ".aws", ".gnupg", ".azure", ".kube", ".gcloud", ".password-store"})
TAILS = (".docker/config.json", "gcloud/application_default_credentials.json", "gh/hosts.yml", "rclone/rclone.conf")
"""Ends of paths whose last part alone says too little."""
PUBLIC = (
    "*.example", "*.sample", "*.template", "*.dist", "*.pub", "*[-_]example", "*[-_]sample", "*[-_]template",
    "*.example.*", "*.sample.*", "*.template.*",
)  # fmt: skip
CODE = (
    ".py", ".pyi", ".js", ".jsx", ".mjs", ".ts", ".tsx", ".go", ".rs", ".java", ".c", ".h", ".cc", ".cpp", ".hpp",
    ".cs", ".rb", ".kt", ".swift", ".scala", ".lua", ".ex", ".exs", ".md", ".rst", ".html",
)  # fmt: skip
"""`secrets.py` and `credentials.md` are about secrets; their content is scanned like any other."""

DATA = (".txt", ".json", ".yaml", ".yml", ".ini", ".conf", ".cfg", ".properties", ".toml", ".xml")
"""What secrets are kept in, in `secrets/db.txt` or `secrets-prod.yaml`; code and descriptions have other endings."""
_SECRETS = re.compile(r"secrets[-_]|.*[-_]secrets\.")
_ORDINARY = frozenset({
    "package.json", "package-lock.json", "tsconfig.json", "kustomization.yaml", "kustomization.yml", "chart.yaml",
    "cargo.toml", "pyproject.toml", "makefile", "dockerfile", "license", "readme", "owners", "codeowners", "readme.txt",
})  # fmt: skip
"""Names with a meaning of their own, even in a folder `secrets`."""

_COPY = re.compile(r"(?:~|\.(?:bak|backup|old|orig|save|copy|tmp|swp|swo|rej)|\.~?\d{1,3}~?|[ _-]copy|\s?\(\d{1,6}\))$")
"""What editors, merges and people put behind the name of a copy."""
_COPIES = 16  # of a copy of a copy
_LONGEST = 1024  # characters of a name; no file system has longer ones
_FILE = re.compile(
    "|".join(f"(?P<r{number}>{'|'.join(map(translate, names))})" for number, names in enumerate(FILES.values()))
)
_REASONS = tuple(FILES)
_TAIL_NAMES = tuple(tail.rsplit("/", 1)[1] for tail in TAILS)
_PUBLIC = re.compile("|".join(map(translate, PUBLIC)))


def is_secret_path(path: str) -> str | None:
    """Why the file at `path` (POSIX or Windows, relative or absolute) is withheld by its name alone, or None."""
    parts = path.replace("\\", "/").split("/")
    if (reason := _of_folders(parts[:-1])) is not None:
        return reason
    name = original(parts[-1][-_LONGEST:].lower())
    if name.endswith(_TAIL_NAMES):
        lower = "/".join(parts).lower()
        if any(lower == tail or lower.endswith(f"/{tail}") for tail in TAILS):
            return f"{parts[-1]} is a credentials file, which may hold secrets"
    found = _FILE.match(name)
    # Asked of every file of a workspace, so the cheap question comes first.
    among = "secrets" in path.lower() and _among_secrets(name, [folder.lower() for folder in parts[:-1]])
    if (found is None and not among) or _PUBLIC.match(name):
        return None
    if among or found is None:
        return f"{parts[-1]} is kept as a secret, by its name or its folder's"
    if name.endswith(CODE) and not name.startswith(("id_", ".env")):
        return None
    return f"{parts[-1]} is {_REASONS[int(str(found.lastgroup)[1:])]}, which may hold secrets"


def secret_folder(path: str) -> str | None:
    """Why all that lies in the folder at `path` is withheld, or None; a folder `secrets` may hold code."""
    return _of_folders(path.replace("\\", "/").split("/"))


def _of_folders(folders: list[str]) -> str | None:
    for folder in folders:
        if folder[:1] == "." and folder.lower() in FOLDERS:
            return f"it lies in {folder}, where credentials are kept"
    return None


def original(name: str) -> str:
    """The name that a copy was made from: `.#.env` and `server.pem.bak~` are `.env` and `server.pem`."""
    name = name.rstrip(" .") or name
    name = name.removeprefix(".#")
    if name.startswith("#") and name.endswith("#"):
        name = name.strip("#")
    for _ in range(_COPIES):
        shorter = _COPY.sub("", name)
        if shorter in ("", name):
            break
        name = shorter
    return name


def _among_secrets(name: str, folders: list[str]) -> bool:
    """Whether a file of data, or one without an ending, is called secrets or lies in a folder of that name."""
    if name in _ORDINARY or "templates" in folders:  # templates hold the places of secrets
        return False
    if "secrets" in folders or ".secrets" in folders:
        return "." not in name or name.endswith(DATA)
    return name.endswith(DATA) and _SECRETS.match(name) is not None
