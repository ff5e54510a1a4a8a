from datetime import datetime

from pulseworks_contracts import UserChanged, UserChangedData

from identity.models import User


def user_changed(user: User, now: datetime) -> UserChanged:
    return UserChanged(
        account_id=user.account_id,
        subject=str(user.id),
        time=now,
        data=UserChangedData(revision=user.revision, user_id=user.id, role=user.role, active=user.active),
    )
