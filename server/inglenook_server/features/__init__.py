"""One module per thing an editor can ask for: translate in, call the core, translate out."""
