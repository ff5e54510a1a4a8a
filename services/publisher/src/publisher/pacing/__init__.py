"""How fast and whether at all the provider is called: breaker, pauses of profiles, random pauses."""
