"""What the gateway costs beside the service called directly and beside nginx: ``make bench-gateway``."""
