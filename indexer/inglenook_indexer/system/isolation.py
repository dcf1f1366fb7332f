"""What keeps a process of ours apart from the folder it was started in: modules, variables, what others may read.

A repository that somebody works in must not become code of ours, and what we keep of it is nobody else's business.
Light: starts nothing, and imports what Python itself has imported before it comes to us, and no more: until `isolate`
has run, any other module of the library (`__future__`, `typing`) could be a file of that repository.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

PRIVATE = 0o077
"""The mask under which files are made 600 and folders 700."""

_FOLDERS = ("INGLENOOK_CACHE", "INGLENOOK_CONFIG", "INGLENOOK_MODELS", "KF_RULE_CACHE_DIR")
"""Variables that name a folder: a relative one means another folder in a process that begins elsewhere."""
_SEARCHED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
"""Lists of folders to look in: the one somebody stands in is left out, however it is written."""
_NAMES = frozenset(
    # who and where the user is, and in what language
    "HOME USER LOGNAME LANG LANGUAGE TZ TMPDIR TEMP TMP"
    " XDG_CACHE_HOME XDG_CONFIG_HOME XDG_CONFIG_DIRS XDG_DATA_HOME XDG_RUNTIME_DIR"
    # without which Windows starts nothing
    " SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC USERNAME USERPROFILE HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA PROGRAMDATA"
    " PROGRAMFILES NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE".split()
)
_PREFIXES = (
    *("LC_", "INGLENOOK_", "KF_"),
    # threads and devices of the libraries that compute
    *("OMP_", "KMP_", "GOMP_", "MKL_", "OPENBLAS_", "ONEDNN_", "DNNL_", "OV_", "OPENVINO_", "RAYON_", "TOKENIZERS_"),
    *("LANCE_", "TORCH_", "PYTORCH_", "CUDA_", "NVIDIA_", "HIP_", "ROCR_", "ROCM_", "HSA_", "MIOPEN_"),
    *("ZE_", "SYCL_", "ONEAPI_", "HF_", "TRANSFORMERS_"),
)
_NETWORK = frozenset(
    "HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY NETRC"
    " SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE".split()
)
_NEVER = frozenset({"INGLENOOK_API_KEY"})
"""The key for a server of the user's: the process that speaks with it was given it already."""

_users_mask: int | None = None


def isolate() -> None:
    """First thing in a process of our own: what it makes is the user's alone, and no module comes from its folder."""
    global _users_mask
    if _users_mask is None:
        _users_mask = os.umask(PRIVATE)
    sys.path[:] = import_path()


def users_mask() -> int:
    """The mask that the user had when this process began; ours where it is not known."""
    return PRIVATE if _users_mask is None else _users_mask


def keeps_private() -> bool:
    """Whether all that this process makes is the user's alone already; a library's user has a mask of their own."""
    return _users_mask is not None


def import_path() -> list[str]:
    """`sys.path` without what means the folder somebody stands in.

    Such entries come before the standard library, so that a `json.py` lying there would be ours: from `-m` and `-c`,
    and from an empty or relative part of PYTHONPATH, which Python has made absolute. What comes behind is installed.
    """
    library = os.path.dirname(os.__file__)
    before = sys.path.index(library) if library in sys.path else len(sys.path)
    given = "" if sys.flags.ignore_environment else os.environ.get("PYTHONPATH", "")
    here = [_here(), *(os.path.join(_here(), part) for part in given.split(os.pathsep) if not os.path.isabs(part))]
    strange = {os.path.normpath(folder) for folder in here}
    return [
        entry
        for place, entry in enumerate(sys.path)
        if os.path.isabs(entry) and not (place < before and os.path.normpath(entry) in strange)
    ]


def environment(given: "Mapping[str, str]", *, network: bool = False) -> dict[str, str]:
    """The variables of `given` that a process of ours gets: those named here, and no others.

    So none that loads code into it (LD_PRELOAD, PYTHONPATH, PYTHONSTARTUP), or steers a program it may call (GIT_*).
    `network`: for a download, with proxies, certificates, and pip's settings, which name the index a firewall lets by.
    """
    names = _NAMES | _NETWORK if network else _NAMES
    prefixes = (*_PREFIXES, "PIP_") if network else _PREFIXES
    kept = {}
    for name, value in given.items():
        known = name.upper()
        if known in _NEVER:
            continue
        if known in _SEARCHED:
            parts = [part for part in value.split(os.pathsep) if os.path.isabs(part)]
            kept[name] = os.pathsep.join(part for part in parts if os.path.normpath(part) != _here())
        elif known in _FOLDERS:
            kept[name] = os.path.abspath(os.path.expanduser(value)) if value else value
        elif known in names or known.startswith(prefixes):
            kept[name] = value
    return kept


def _here() -> str:
    """The folder somebody stands in; empty where it is gone, and nothing can come from it."""
    try:
        return os.getcwd()
    except OSError:
        return ""
