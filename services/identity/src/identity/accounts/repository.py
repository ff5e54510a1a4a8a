from common.database import Repository

from identity.models import Account

__all__ = ["AccountRepository"]


class AccountRepository(Repository[Account]):
    model = Account
