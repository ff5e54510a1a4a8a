"""Ayrshare, which posts to Facebook and Instagram for us: its API, and what its answers mean."""
