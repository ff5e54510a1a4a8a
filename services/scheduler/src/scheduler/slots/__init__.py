"""Posting times as a pure function of rule, zone, account and month. No clock and no database is read."""
