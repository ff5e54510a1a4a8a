"""What an operation costs, and what that means for many accounts: ``make bench-unit-costs``, ``make capacity``."""
