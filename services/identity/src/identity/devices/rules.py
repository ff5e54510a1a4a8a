from datetime import timedelta

DEVICE_LIFETIME = timedelta(days=180)
"""Since the last sign-in on the device."""

MAX_DEVICES = 20
"""Of one user. A client that never sends its token back becomes a new device with each sign-in."""
