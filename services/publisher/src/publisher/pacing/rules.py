from dataclasses import dataclass


@dataclass(frozen=True)
class PacingRules:
    refusals_per_day: int
    """At this many 429s within 24 hours the profile rests until they are over."""
    calls_kept: int
    """So many calls of a window are not used up by posts; at most a tenth of the window."""
