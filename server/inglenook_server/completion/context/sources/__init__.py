"""Where a completion's context comes from: one source per module, each a function from a place to hits."""
