"""The canonical form of an e-mail address, so that no address can have two users."""

import unicodedata

from common.auth import Principal, Role
from email_validator import EmailNotValidError, validate_email

from identity.users.errors import OwnerOnlyError

MAX_EMAIL_LENGTH = 254
"""RFC 5321, section 4.5.3.1, as counted in RFC 3696, erratum 1690."""

_INVALID = "This does not look like an e-mail address (name@example.com)."


def normalize_email(text: str) -> str:
    """Return the one form in which an address is stored and compared. Raises ValueError.

    The domain is in Unicode as UTS 46 maps it, whether it was typed so or as Punycode. The part before the @ is in NFC
    and in lower case: RFC 5321 lets a server distinguish case, but no common one does, and people type both. It is not
    NFKC: that would merge mailboxes that servers distinguish. Reserved domains are refused, except `.test`.
    """
    try:
        parsed = validate_email(text.strip(), check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        raise ValueError(_INVALID) from None
    local = unicodedata.normalize("NFC", parsed.local_part.lower())
    email = f"{local}@{parsed.domain}"
    if len(email.encode()) > MAX_EMAIL_LENGTH:
        raise ValueError(f"An e-mail address has at most {MAX_EMAIL_LENGTH} characters.")
    if "." not in parsed.domain:
        raise ValueError(_INVALID)
    return email


def words_of(email: str) -> tuple[str, str]:
    """Return what an attacker who knows the address tries first as a password."""
    return email, email.partition("@")[0]


def require_authority(principal: Principal, *roles: Role | str, to: str) -> None:
    """Raise `OwnerOnlyError` if one of the roles that an action gives, changes or takes away is above the caller's."""
    if any(Role(role).is_above(principal.role) for role in roles):
        raise OwnerOnlyError(f"Only owners can {to}.")
