"""Text from models: one protocol (`base`), an engine each for OpenVINO, transformers and echo, and prompts."""
