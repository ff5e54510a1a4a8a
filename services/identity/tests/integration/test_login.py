import asyncio
import statistics
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from identity.factory import ProcessContext
from identity.passwords.hashing import PasswordHashing
from identity.rate_limits import RateLimiter
from limits import parse
from sqlalchemy import text
from testing import ManualClock


async def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(
    http: httpx2.AsyncClient, owner: Any
) -> None:
    wrong = await http.post("/api/auth/login", json={"email": owner.email, "password": "not this one at all"})
    unknown = await http.post(
        "/api/auth/login", json={"email": "nobody@example.com", "password": "not this one at all"}
    )

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["code"] == "credentials_invalid"
    assert wrong.json() | {"request_id": ""} == unknown.json() | {"request_id": ""}
    assert {*wrong.headers} == {*unknown.headers}


async def test_an_unknown_address_costs_the_same_work(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, not timed: the machine is shared. `test_the_times_do_not_tell` looks at the clock as well."""
    checked = []
    verify = context.passwords.verify

    async def counted(encoded: str | None, password: str) -> bool:
        checked.append(encoded or context.passwords.nobodys)
        return await verify(encoded, password)

    monkeypatch.setattr(context.passwords, "verify", counted)
    for email in (owner.email, "nobody@example.com"):
        await http.post("/api/auth/login", json={"email": email, "password": "not this one at all"})

    real, made_up = checked
    assert real.split("$")[:4] == made_up.split("$")[:4]
    assert [len(part) for part in real.split("$")] == [len(part) for part in made_up.split("$")]


@pytest.mark.usefixtures("real_hashing")
async def test_the_times_do_not_tell(http: httpx2.AsyncClient, context: ProcessContext, owner: Any) -> None:
    context.limits = replace(context.limits, logins_by_email=RateLimiter(parse("1000/minute"), context.clock))

    async def seconds(email: str) -> float:
        started = time.perf_counter()
        await http.post("/api/auth/login", json={"email": email, "password": "not this one at all"})
        return time.perf_counter() - started

    pairs = [(await seconds(owner.email), await seconds("nobody@example.com")) for _ in range(7)]
    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))

    assert 0.5 < unknown / known < 2


async def test_spelling_of_address_and_composition_of_characters_do_not_matter(
    http: httpx2.AsyncClient, people: Any
) -> None:
    await people.owner(email="zoé@example.com", password="Crème brûlée ﬁne")

    decomposed = await people.login("ZOE\u0301@Example.COM", "Cre\u0300me bru\u0302le\u0301e\u00a0fine")

    assert decomposed.signed_in["user"]["email"] == "zoé@example.com"


async def test_the_case_of_a_password_matters(http: httpx2.AsyncClient, owner: Any) -> None:
    answer = await http.post("/api/auth/login", json={"email": owner.email, "password": owner.password.upper()})

    assert answer.status_code == 401


async def test_attempts_on_one_address_are_limited_and_the_answer_says_for_how_long(
    http: httpx2.AsyncClient, clock: ManualClock, owner: Any
) -> None:
    body = {"email": owner.email, "password": "not this one at all"}
    statuses = [(await http.post("/api/auth/login", json=body)).status_code for _ in range(10)]
    clock.advance(timedelta(seconds=20))

    limited = await http.post("/api/auth/login", json=body | {"email": owner.email.upper()})
    other = await http.post("/api/auth/login", json=body | {"email": "other@example.com"})
    clock.advance(timedelta(seconds=281))
    right = await http.post("/api/auth/login", json=body | {"password": owner.password})

    assert statuses == [401] * 10
    assert (limited.status_code, limited.json()["code"]) == (429, "rate_limited")
    assert limited.headers["retry-after"] == "280"
    assert other.status_code == 401
    assert right.status_code == 200


async def test_a_client_is_limited_over_all_addresses(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Any
) -> None:
    context.limits = replace(context.limits, logins_by_client=RateLimiter(parse("2/minute"), context.clock))

    async def attempt(number: int, address: str) -> int:
        body = {"email": f"guess{number}@example.com", "password": "not this one at all"}
        headers = {"X-Forwarded-For": f"198.51.100.9, {address}"}
        return (await http.post("/api/auth/login", json=body, headers=headers)).status_code

    assert [await attempt(n, "203.0.113.7") for n in range(3)] == [401, 401, 429]
    assert await attempt(9, "203.0.113.8") == 401


async def test_a_deactivated_user_is_told_so_only_with_the_right_password(
    http: httpx2.AsyncClient, people: Any, owner: Any
) -> None:
    member = await people.join(owner, "MEMBER")
    await owner.patch(f"/api/users/{member.id}", json={"active": False})

    right = await http.post("/api/auth/login", json={"email": member.email, "password": member.password})
    wrong = await http.post("/api/auth/login", json={"email": member.email, "password": "not this one at all"})

    assert (right.status_code, right.json()["code"]) == (403, "user_deactivated")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "credentials_invalid")


@pytest.mark.usefixtures("real_hashing")
async def test_a_hash_of_older_parameters_is_made_anew_at_sign_in(
    http: httpx2.AsyncClient, context: ProcessContext, people: Any, owner: Any
) -> None:
    old = PasswordHashing(memory_kib=8192, iterations=1)
    hashed = await old.hash(owner.password)
    old.close()

    async def kept() -> str:
        async with context.database.transaction(owner.account_id) as session:
            return (await session.execute(text('SELECT password_hash FROM identity."user"'))).scalar_one()

    async with context.database.transaction(owner.account_id) as session:
        await session.execute(text('UPDATE identity."user" SET password_hash = :hash'), {"hash": hashed})
    await people.login(owner.email)

    assert (await kept()).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    await people.login(owner.email)


async def test_sign_ins_that_wait_for_a_core_hold_no_connection(
    context: ProcessContext, http: httpx2.AsyncClient, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, go_on = asyncio.Semaphore(0), asyncio.Event()

    async def held(*_: object) -> bool:
        waiting.release()
        await go_on.wait()
        return False

    monkeypatch.setattr(context.passwords, "verify", held)
    bodies = [{"email": f"guess{n}@example.com", "password": "not this one at all"} for n in range(30)]
    tasks = [asyncio.create_task(http.post("/api/auth/login", json=body)) for body in bodies]
    for _ in tasks:
        await waiting.acquire()

    assert context.database.engine.pool.checkedout() == 0
    go_on.set()
    assert {(await task).status_code for task in tasks} == {401}


@pytest.mark.usefixtures("real_hashing")
async def test_more_sign_ins_than_may_wait_are_sent_away_at_once(
    context: ProcessContext, http: httpx2.AsyncClient, owner: Any
) -> None:
    context.passwords.close()
    context.passwords = PasswordHashing(threads=1, queue=1)
    body = {"email": owner.email, "password": "not this one at all"}

    answers = await asyncio.gather(*(http.post("/api/auth/login", json=body) for _ in range(6)))

    codes = [answer.status_code for answer in answers]
    assert codes.count(401) >= 2
    refused = [answer for answer in answers if answer.status_code == 503]
    assert refused
    assert refused[0].json()["code"] == "sign_in_busy"
    assert refused[0].headers["retry-after"] == "1"
