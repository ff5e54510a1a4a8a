"""The main user journey, end to end through the gateway, as a frontend would do it."""
