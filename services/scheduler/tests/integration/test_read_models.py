from functools import partial

import pytest
from pulseworks_contracts import (
    AccountCreated,
    AccountUpdated,
    ContentApprovalWithdrawn,
    ContentApproved,
    ContentDeleted,
    ProfileNeedsReconnect,
    ProfileVerified,
    SubscriptionChanged,
    UserChanged,
)
from scheduler.factory import Factory, ProcessContext
from scheduler.models import Account, ApprovedContent, Member, PublishingProfile, Subscription
from scheduler.worker import ROUTERS
from testing.read_models import Pair, ReadModelCheck, pairs

PAIRS = pairs(
    {
        Account: (AccountCreated, AccountUpdated),
        Subscription: (SubscriptionChanged,),
        Member: (UserChanged,),
        PublishingProfile: (ProfileVerified, ProfileNeedsReconnect),
        ApprovedContent: (ContentApproved, ContentApprovalWithdrawn, ContentDeleted),
    }
)


@pytest.fixture
def check(context: ProcessContext) -> ReadModelCheck[Factory]:
    return ReadModelCheck(context.database, partial(Factory, context), ROUTERS)


@pytest.mark.invariant("E4")
@pytest.mark.parametrize("pair", PAIRS, ids=str)
async def test_the_order_of_two_events_does_not_matter(check: ReadModelCheck[Factory], pair: Pair) -> None:
    await check.in_both_orders(pair)


@pytest.mark.invariant("E4")
@pytest.mark.parametrize("pair", PAIRS, ids=str)
async def test_two_concurrent_events_end_like_sequential_ones(check: ReadModelCheck[Factory], pair: Pair) -> None:
    await check.at_once(pair)
