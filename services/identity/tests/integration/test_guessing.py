"""Guesses at a password are slowed down, and do not keep the user out (decision 16)."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from identity.factory import ProcessContext
from identity.passwords.service import PasswordHashing
from identity.rate_limits.rules import RateLimit
from testing import ManualClock

from .conftest import People, Person, client_at

WRONG = "not this one at all"
HERE = "203.0.113.7"


async def attempt(
    http: httpx2.AsyncClient, email: str, password: str = WRONG, *, client: str = HERE, device: str | None = None
) -> httpx2.Response:
    body = {"email": email, "password": password, "device_token": device}
    return await http.post("/api/auth/login", json=body, headers=client_at(client))


async def statuses(http: httpx2.AsyncClient, email: str, count: int, *, client: str = HERE) -> list[int]:
    return [(await attempt(http, email, client=client)).status_code for _ in range(count)]


def client_in_network(number: int) -> str:
    return f"198.{number // 256}.{number % 256}.1"


@pytest.fixture
def few_strangers(context: ProcessContext) -> None:
    """Ten failures put an address under attack, so that the tests need few requests."""
    strangers = RateLimit.of("sign_ins_by_strangers", "10/day")
    context.sign_in_limits = replace(context.sign_in_limits, strangers=strangers)


async def attack(http: httpx2.AsyncClient, email: str, networks: int, *, first: int = 0) -> Counter[int]:
    """Guess once from each of some networks."""
    clients = [client_in_network(first + number) for number in range(networks)]
    return Counter([(await attempt(http, email, client=client)).status_code for client in clients])


async def test_a_guesser_waits_twice_as_long_after_each_guess(
    http: httpx2.AsyncClient, clock: ManualClock, owner: Person
) -> None:
    assert await statuses(http, owner.email.upper(), 5) == [401] * 5
    waits = []
    for _ in range(9):
        refused = await attempt(http, owner.email)
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        waits.append(int(refused.headers["retry-after"]))
        clock.advance(timedelta(seconds=waits[-1] - 1))
        assert (await attempt(http, owner.email)).status_code == 429
        clock.advance(timedelta(seconds=1))
        assert (await attempt(http, owner.email)).status_code == 401

    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


async def test_the_right_password_is_refused_while_its_client_has_to_wait_and_accepted_afterwards(
    http: httpx2.AsyncClient, clock: ManualClock, owner: Person
) -> None:
    await statuses(http, owner.email, 5)

    assert (await attempt(http, owner.email, owner.password)).status_code == 429
    clock.advance(timedelta(seconds=30))
    assert (await attempt(http, owner.email, owner.password)).status_code == 200


async def test_a_guesser_does_not_delay_other_clients_or_addresses(
    http: httpx2.AsyncClient, people: People, owner: Person
) -> None:
    other = await people.owner()
    await statuses(http, owner.email, 6)

    assert (await attempt(http, owner.email, owner.password, client="203.0.113.8")).status_code == 200
    assert (await attempt(http, other.email, other.password)).status_code == 200


async def test_a_sign_in_forgets_the_failures_of_its_client(http: httpx2.AsyncClient, owner: Person) -> None:
    for _ in range(2):
        assert await statuses(http, owner.email, 4) == [401] * 4
        assert (await attempt(http, owner.email, owner.password)).status_code == 200


async def test_failures_are_forgotten_after_a_day(http: httpx2.AsyncClient, clock: ManualClock, owner: Person) -> None:
    await statuses(http, owner.email, 6)
    clock.advance(timedelta(days=1))

    assert await statuses(http, owner.email, 6) == [401] * 5 + [429]


async def test_an_address_without_a_user_is_limited_in_the_same_way(
    http: httpx2.AsyncClient, context: ProcessContext, few_strangers: None, owner: Person
) -> None:
    del few_strangers
    answers = {
        email: [
            (answer.status_code, answer.json() | {"request_id": ""})
            for answer in [
                *[await attempt(http, email) for _ in range(7)],
                *[await attempt(http, email, client=client_in_network(number)) for number in range(10)],
            ]
        ]
        for email in (owner.email, "nobody@example.com")
    }

    assert answers[owner.email] == answers["nobody@example.com"]
    assert Counter(status for status, _ in answers[owner.email]) == {401: 11, 429: 6}


@pytest.mark.usefixtures("few_strangers")
async def test_strangers_with_many_clients_do_not_keep_a_known_device_out(
    http: httpx2.AsyncClient, owner: Person
) -> None:
    device = owner.signed_in["device_token"]
    await attack(http, owner.email, 40)
    await statuses(http, owner.email, 6)

    for client in (HERE, client_in_network(0), "203.0.113.99"):
        answer = await attempt(http, owner.email, owner.password, client=client, device=device)
        assert answer.status_code == 200
        assert answer.json()["device_token"] == device


async def test_a_known_device_is_not_limited_by_what_others_at_its_client_do(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person
) -> None:
    limit = RateLimit.of("logins_by_client", "2/minute")
    context.rate_limits = replace(context.rate_limits, logins_by_client=limit)
    for number in range(3):
        await attempt(http, f"guess{number}@example.com")

    assert (await attempt(http, owner.email, owner.password)).status_code == 429
    device = owner.signed_in["device_token"]
    assert (await attempt(http, owner.email, owner.password, device=device)).status_code == 200


@pytest.mark.usefixtures("few_strangers")
async def test_a_new_device_gets_in_while_the_attack_lasts(
    http: httpx2.AsyncClient, clock: ManualClock, owner: Person
) -> None:
    """The attackers guess again from every network each minute, always before the owner."""
    networks, minutes = 11, 0
    await attack(http, owner.email, networks)
    while (answer := await attempt(http, owner.email, owner.password)).status_code == 429:
        assert int(answer.headers["retry-after"]) <= 60
        clock.advance(timedelta(minutes=1))
        minutes += 1
        await attack(http, owner.email, networks)

    assert answer.status_code == 200
    assert minutes > 0
    # each network is let in three times in thirty days
    assert minutes <= 3 * networks


@pytest.mark.usefixtures("few_strangers")
async def test_the_guesses_at_one_address_are_limited_over_all_clients(
    http: httpx2.AsyncClient, clock: ManualClock, owner: Person
) -> None:
    guesses = Counter[int]()
    for _ in range(12):
        guesses += await attack(http, owner.email, 15)
        clock.advance(timedelta(minutes=1))

    # ten before the address is under attack, then one a minute
    assert guesses[401] <= 10 + 12


@pytest.mark.usefixtures("few_strangers")
async def test_clients_of_one_network_are_one_guesser_under_attack(
    http: httpx2.AsyncClient, clock: ManualClock, owner: Person
) -> None:
    await attack(http, owner.email, 10)
    guesses = Counter[int]()
    for number in range(8):
        for client in (f"203.0.113.{number}", f"2001:db8:1:{number:x}::1"):
            guesses[(await attempt(http, owner.email, client=client)).status_code] += 1
            clock.advance(timedelta(minutes=1))

    assert guesses == {401: 6, 429: 10}


async def test_concurrent_guesses_of_one_client_do_not_exceed_the_free_ones(
    http: httpx2.AsyncClient, other_http: httpx2.AsyncClient, owner: Person
) -> None:
    answers = await asyncio.gather(*(attempt((http, other_http)[n % 2], owner.email) for n in range(24)))

    assert Counter(answer.status_code for answer in answers) == {401: 5, 429: 19}


@pytest.mark.usefixtures("few_strangers")
async def test_concurrent_guesses_of_many_clients_do_not_exceed_the_limit_of_the_address(
    http: httpx2.AsyncClient, owner: Person
) -> None:
    answers = await asyncio.gather(
        *(attempt(http, owner.email, client=client_in_network(number)) for number in range(24))
    )

    # ten, and the first one under attack
    assert Counter(answer.status_code for answer in answers) == {401: 11, 429: 13}


@pytest.mark.usefixtures("real_hashing")
async def test_an_attempt_that_is_not_verified_does_not_count(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person
) -> None:
    context.passwords.close()
    context.passwords = PasswordHashing(threads=1, queue=0)
    context.passwords._pending = 1  # a computation that never ends
    busy = [(await attempt(http, owner.email, owner.password)).status_code for _ in range(12)]
    context.passwords._pending = 0

    assert busy == [503] * 12
    assert (await attempt(http, owner.email, owner.password)).status_code == 200


@pytest.mark.usefixtures("real_hashing")
async def test_a_known_device_has_a_place_while_the_hashing_of_strangers_fills_the_queue(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person
) -> None:
    context.passwords.close()
    context.passwords = PasswordHashing(threads=1, queue=1)

    strangers = [asyncio.create_task(attempt(http, f"guess{number}@example.com")) for number in range(12)]
    while not any(task.done() for task in strangers):
        await asyncio.sleep(0)
    answer = await attempt(http, owner.email, owner.password, device=owner.signed_in["device_token"])

    assert {(await task).status_code for task in strangers} == {401, 503}
    assert answer.status_code == 200


@pytest.mark.usefixtures("few_strangers")
async def test_the_devices_of_others_and_old_devices_are_strangers(
    http: httpx2.AsyncClient, clock: ManualClock, people: People, owner: Person
) -> None:
    other = await people.owner()
    devices = {"other": other.signed_in["device_token"], "unknown": "pw_device_x", "garbage": "ü\U0001f511"}
    await statuses(http, owner.email, 5)

    for device in devices.values():
        assert (await attempt(http, owner.email, owner.password, device=device)).status_code == 429
    clock.advance(timedelta(days=180))
    await statuses(http, owner.email, 5)
    own = owner.signed_in["device_token"]
    assert (await attempt(http, owner.email, owner.password, device=own)).status_code == 429


async def test_guesses_on_a_stolen_device_are_slowed_down(http: httpx2.AsyncClient, owner: Person) -> None:
    device = owner.signed_in["device_token"]

    answers = [await attempt(http, owner.email, client=client_in_network(number), device=device) for number in range(7)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
    assert (await attempt(http, owner.email, owner.password)).status_code == 200


async def test_a_user_has_the_twenty_devices_that_were_used_last(
    http: httpx2.AsyncClient, context: ProcessContext, clock: ManualClock, owner: Person
) -> None:
    tokens = [owner.signed_in["device_token"]]
    for _ in range(20):
        clock.advance(timedelta(seconds=1))
        tokens.append((await attempt(http, owner.email, owner.password)).json()["device_token"])
    principal = (await attempt(http, owner.email, owner.password, device=tokens[-1])).json()
    account_id = (await context.token_verifier.verify(principal["access_token"])).account_id

    async with context.transaction(account_id) as factory:
        found = [
            await factory.devices().find(token, (account_id, (await owner.principal(context)).user_id))
            for token in tokens
        ]
    assert [device is not None for device in found] == [False] + [True] * 20
