"""Text -> vectors: a static table that is always there, and an encoder where the user fetched one."""
