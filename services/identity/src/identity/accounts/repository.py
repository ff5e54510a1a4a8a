from common.database import Repository

from identity.models import Account


class AccountRepository(Repository[Account]):
    model = Account
