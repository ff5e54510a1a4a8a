from common.database import ReadModelRepository

from content.models import Account, Subscription


class AccountRepository(ReadModelRepository[Account]):
    model = Account


class SubscriptionRepository(ReadModelRepository[Subscription]):
    model = Subscription
