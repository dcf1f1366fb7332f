"""`python -m tests.docs`: writes every document that is made (`make docs`)."""

from __future__ import annotations

import sys

from tests.docs.documents import MADE, ROOT

for name, text in MADE.items():
    (ROOT / name).write_text(text(), "utf-8")
    sys.stdout.write(f"{name}\n")
