"""LoRA adapters of a workspace: training text, training, held-out judgement, and the registry of what was made."""
