from common.database import ReadModelRepository

from billing.models import Account

__all__ = ["AccountRepository"]


class AccountRepository(ReadModelRepository[Account]):
    model = Account
