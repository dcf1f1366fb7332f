"""The only import of OpenVINO, without its telemetry. Knows nothing of models.

`import openvino` reports itself to a web analytics service from a forked process unless the user opted out. Inglenook
opens no socket that the user did not ask for, so the telemetry package is hidden before the import; OpenVINO then uses
the stub that it carries for that case.
"""

from __future__ import annotations

import sys
from typing import Any

from inglenook_indexer.system.memory_limit import check_room


def import_openvino() -> Any:
    """The `openvino` module. Nobody but this module imports any part of it; a test holds everybody to that.

    Raises NoRoom.
    """
    if "openvino" not in sys.modules:
        check_room()
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    import openvino

    return openvino


def import_genai() -> Any:
    """The `openvino_genai` module, imported after `import_openvino` has seen to it that nothing calls home."""
    import_openvino()
    import openvino_genai

    return openvino_genai


def import_transformations() -> Any:
    """OpenVINO's module of graph transformations."""
    import_openvino()
    import openvino._offline_transformations

    return openvino._offline_transformations
