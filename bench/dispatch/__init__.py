"""Measures how late a due post reaches its handler and how fast many at once are drained, ours and others."""
