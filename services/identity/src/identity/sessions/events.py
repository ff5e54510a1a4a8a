from datetime import datetime, timedelta

from pulseworks_contracts import SessionRevoked, SessionRevokedData

from identity.models import Session
from identity.sessions.schemas import RevocationReason


def session_revoked(
    session: Session, reason: RevocationReason, now: datetime, token_lifetime: timedelta
) -> SessionRevoked:
    """Return the event for a session that ends now; its last access token expires after ``token_lifetime``."""
    return SessionRevoked(
        account_id=session.account_id,
        subject=str(session.id),
        time=now,
        data=SessionRevokedData(
            session_id=session.id,
            user_id=session.user_id,
            reason=reason,
            tokens_expire_at=now + token_lifetime,
        ),
    )
