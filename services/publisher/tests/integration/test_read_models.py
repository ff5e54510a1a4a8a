import pytest
from publisher.factory import Factory, ProcessContext
from publisher.models import Account, ApprovedContent, ScheduledPost, Subscription
from publisher.worker import ROUTERS
from pulseworks_contracts import (
    AccountCreated,
    AccountUpdated,
    ContentApprovalWithdrawn,
    ContentApproved,
    ContentDeleted,
    PostCancelled,
    PostMissed,
    PostScheduled,
    SubscriptionChanged,
)
from testing.read_models import Pair, ReadModelCheck, pairs

PAIRS = pairs(
    {
        Account: (AccountCreated, AccountUpdated),
        Subscription: (SubscriptionChanged,),
        ApprovedContent: (ContentApproved, ContentApprovalWithdrawn, ContentDeleted),
        ScheduledPost: (PostScheduled, PostCancelled, PostMissed),
    }
)


@pytest.fixture
def check(context: ProcessContext) -> ReadModelCheck[Factory]:
    # a withdrawal keeps the approver, if the approval arrived before
    return ReadModelCheck(context.database, context.factory, ROUTERS, besides=frozenset({"approved_by"}))


@pytest.mark.invariant("E4")
@pytest.mark.parametrize("pair", PAIRS, ids=str)
async def test_the_order_of_two_events_does_not_matter(check: ReadModelCheck[Factory], pair: Pair) -> None:
    await check.in_both_orders(pair)


@pytest.mark.invariant("E4")
@pytest.mark.parametrize("pair", PAIRS, ids=str)
async def test_two_concurrent_events_end_like_two_successive_ones(check: ReadModelCheck[Factory], pair: Pair) -> None:
    await check.at_once(pair)
