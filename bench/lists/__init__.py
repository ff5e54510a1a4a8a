"""Lists of large accounts through the gateway: ``make bench-lists``."""
