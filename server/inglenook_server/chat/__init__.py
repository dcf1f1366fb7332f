"""Questions about the workspace, answered with citations."""
