"""The operating system: processes, permissions, limits and refusals, where indexes lie.

May import: only `errors`. Begin with `processes`, the one door through which a process starts.
"""
