"""How much 1,000 slow connections of each sort disturb the gateway's other clients: ``make bench-slow-clients``."""
