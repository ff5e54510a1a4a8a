"""The canonical form of an e-mail address, so that no address can have two users."""

import re
import unicodedata

from common.auth import Principal, Role

from identity.users.errors import OwnerOnlyError

MAX_EMAIL_LENGTH = 254
"""RFC 5321, section 4.5.3.1, as counted in RFC 3696, erratum 1690."""

_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_EMAIL = re.compile(rf"""[^\s@"(),:;<>\[\]\\]{{1,64}}@(?:{_LABEL}\.)+{_LABEL}""")
# control, format (zero width), surrogates, private, unassigned, separators
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}


def normalize_email(text: str) -> str:
    """Return the address in lower case and NFC, the form that is stored and compared. Raises ValueError."""
    email = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.strip()).lower())
    if len(email.encode("utf-8", "replace")) > MAX_EMAIL_LENGTH:
        raise ValueError(f"An e-mail address has at most {MAX_EMAIL_LENGTH} characters.")
    if not _EMAIL.fullmatch(email) or any(unicodedata.category(char) in _INVISIBLE for char in email):
        raise ValueError("This does not look like an e-mail address (name@example.com).")
    return email


def words_of(email: str) -> tuple[str, str]:
    """Return what an attacker who knows the address tries first as a password."""
    return email, email.partition("@")[0]


def require_authority(principal: Principal, *roles: Role | str, to: str) -> None:
    """Raise `OwnerOnlyError` if one of the roles that an action gives, changes or takes away is above the caller's."""
    if any(Role(role).is_above(principal.role) for role in roles):
        raise OwnerOnlyError(f"Only owners can {to}.")
