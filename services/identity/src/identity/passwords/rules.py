"""Password policy: a minimum length and a list of refused passwords, without composition rules.

NIST SP 800-63B, section 5.1.1.2: a minimum length, no composition rules, compare with common, repetitive, sequential
and context-specific values, normalise Unicode (NFKC). RFC 8265, section 4.2 (OpaqueString): other spaces become a
space, control characters are refused. Inner spaces and case are significant.
"""

import unicodedata
from collections.abc import Iterable

from identity.passwords.errors import PasswordRefusedError

MIN_LENGTH = 12
"""Characters (code points) after normalisation."""

MAX_LENGTH = 128
"""Characters before normalisation: longer ones cost work and add no security."""

_MIN_DISTINCT = 5
_MIN_CONTEXT = 4
_SEQUENCES = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn",
)
# Frequent passwords of at least 12 characters in published lists.
_COMMON_TEXT = """
111222333444 123123123123 123456123456 1234567891011 12345678987654321 1234qwerasdf 123qweasdzxc 147258369147
1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i 1qaz1qaz1qaz 1qaz2wsx1qaz2wsx 1qaz2wsx3edc 1qazxsw23edc
abc123abc123 abcd12345678 abcdef123456 admin1234567 adminadmin123 administrador administrator administrator1
adminpassword asdfasdfasdf asdfghjkl123 asdfjkl12345 basketball12 butterfly123 changeme1234 changemenow1
charlie12345 chelsea12345 christopher1 computer1234 contrasena123 correcthorsebatterystaple dragon123456
football1234 football12345 fuckyou12345 gfhjkmgfhjkm harrypotter1 hello12345678 helloworld123 iloveyou1234
iloveyou12345 iloveyouforever internet1234 jennifer1234 jesuschrist1 letmein12345 letmeinplease liverpool123
liverpoolfc1 loveyou12345 manchester12 manchesterunited michael12345 monkey123456 motdepasse123 mustang12345
mynameis1234 newpassword1 opensesame12 p@ssw0rd1234 p@ssword1234 pa55word1234 passpasspass passw0rd1234
password!234 password1234 password12345 password123456 password1234567 password12345678 password123456789
password2024! password2025! password2026! passwordpassword pokemon12345 princess1234 qazwsxedc123 qazwsxedcrfv
qwe123qwe123 qwer1234qwer qwerasdfzxcv qwerty123456 qwerty1234567 qwerty12345678 qwertyqwerty qwertyuiop12
qwertyuiop123 qwertyuiop123456 secret123456 shadow123456 starwars1234 sunshine1234 superman1234 superman12345
superstar123 sweetheart12 teamomucho12 test12345678 testing12345 testtesttest thisisapassword thisismypassword
trustno12345 unbelievable volleyball12 welcome12345 welcome123456 welcome2024! welcome2025! welcome2026!
whatever1234 zaq12wsxcde3 zaq1xsw2cde3 zxcvbnm12345 zxcvbnmzxcvbnm
"""
_COMMON = frozenset(_COMMON_TEXT.split())


def prepare_password(password: str) -> str:
    """Return the form that is hashed: a password matches whichever keyboard it was typed on."""
    spaced = "".join(" " if unicodedata.category(char) == "Zs" else char for char in password)
    return unicodedata.normalize("NFKC", spaced)


def check_password(password: str, *, context: Iterable[str] = (), field: str = "password") -> str:
    """Return the prepared password. Raises `PasswordRefusedError` for one that is easy to guess.

    `context`: values that an attacker tries first, such as the e-mail address and the name of the business.
    """
    if len(password) > MAX_LENGTH:
        raise PasswordRefusedError(f"Use at most {MAX_LENGTH} characters.", field=field)
    prepared = prepare_password(password)
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in prepared):
        raise PasswordRefusedError(
            "The password contains a control character. Use letters, digits, symbols and spaces.", field=field
        )
    if len(prepared.strip()) < MIN_LENGTH:
        raise PasswordRefusedError(
            f"Use at least {MIN_LENGTH} characters, for example a few unrelated words.", field=field
        )
    if _is_guessable(prepared.casefold(), context):
        raise PasswordRefusedError("The password is easy to guess. Use a few unrelated words.", field=field)
    return prepared


def _is_guessable(password: str, context: Iterable[str]) -> bool:
    return (
        password in _COMMON
        or len(set(password)) < _MIN_DISTINCT
        or any(password in sequence or password in sequence[::-1] for sequence in _SEQUENCES)
        or any(_mostly_consists_of(word.casefold(), password) for word in (*context, "pulseworks"))
    )


def _mostly_consists_of(word: str, password: str) -> bool:
    """Return whether a known word, once or repeated, leaves fewer than four other characters."""
    word = unicodedata.normalize("NFKC", word).strip()
    return len(word) >= _MIN_CONTEXT and word in password and len(password.replace(word, "")) < _MIN_CONTEXT
