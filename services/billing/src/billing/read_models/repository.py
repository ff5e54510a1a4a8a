from common.database import ReadModelRepository

from billing.models import Account


class AccountRepository(ReadModelRepository[Account]):
    model = Account
