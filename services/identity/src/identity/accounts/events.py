from datetime import datetime

from pulseworks_contracts import AccountCreated, AccountData, AccountUpdated

from identity.models import Account


def account_created(account: Account, now: datetime) -> AccountCreated:
    return AccountCreated(account_id=account.id, subject=str(account.id), time=now, data=_data(account))


def account_updated(account: Account, now: datetime) -> AccountUpdated:
    return AccountUpdated(account_id=account.id, subject=str(account.id), time=now, data=_data(account))


def _data(account: Account) -> AccountData:
    return AccountData(
        revision=account.revision, name=account.name, website_url=account.website_url, timezone=account.timezone
    )
