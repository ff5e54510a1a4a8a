from functools import partial

import pytest
from billing.factory import Factory, ProcessContext
from billing.models import Account
from billing.worker import ROUTERS
from pulseworks_contracts import AccountCreated, AccountUpdated
from testing.read_models import Pair, ReadModelCheck, pairs

PAIRS = pairs({Account: (AccountCreated, AccountUpdated)})


@pytest.fixture
def check(context: ProcessContext) -> ReadModelCheck[Factory]:
    return ReadModelCheck(context.database, partial(Factory, context), ROUTERS)


@pytest.mark.invariant("E4")
@pytest.mark.parametrize("pair", PAIRS, ids=str)
async def test_the_order_of_two_events_does_not_matter(check: ReadModelCheck[Factory], pair: Pair) -> None:
    await check.in_both_orders(pair)


@pytest.mark.invariant("E4")
@pytest.mark.parametrize("pair", PAIRS, ids=str)
async def test_concurrent_events_have_the_same_result_as_sequential_ones(
    check: ReadModelCheck[Factory], pair: Pair
) -> None:
    await check.at_once(pair)
