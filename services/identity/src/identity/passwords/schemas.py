MAX_PARSED_LENGTH = 1024
"""Bounds the parser's work; the limit of the password policy is lower."""

POLICY = (
    "12 to 128 characters of any kind: no digits or symbols are required. Common passwords, sequences and repetitions "
    "are refused with 422 `password_refused`."
)
"""Describes the password policy of `rules` to clients."""
