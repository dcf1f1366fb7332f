"""The chat for editors that speak the Agent Client Protocol: a session each, prompts in, text out, no tools.

May import: `chat`, `runtime`. Begin with `agent`.
"""
