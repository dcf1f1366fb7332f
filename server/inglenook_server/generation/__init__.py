"""Text from models: one protocol, `base.Generator`, and an engine each for OpenVINO, torch, a remote server and echo.

May import: `adapters`, `models`, `weights`. Begin with `base`; an engine is chosen in `load`.
"""
