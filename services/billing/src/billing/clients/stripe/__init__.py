"""The parts of Stripe that billing uses, with our own types for its objects, events and errors."""
