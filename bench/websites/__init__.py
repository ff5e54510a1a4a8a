"""Ordinary websites, what is read of each, and the picture drawn from it."""
