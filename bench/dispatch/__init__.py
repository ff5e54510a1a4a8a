"""How late a due post reaches its handler, and how fast many that are due at once are drained: ours and others."""
