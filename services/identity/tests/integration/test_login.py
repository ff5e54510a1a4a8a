import asyncio
import statistics
import time
from dataclasses import replace
from uuid import UUID

import httpx2
import pytest
from common.auth import Role
from identity.factory import ProcessContext
from identity.passwords.service import PasswordHashing
from sqlalchemy import text
from sqlalchemy.pool import QueuePool

from .conftest import People, Person


async def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(
    http: httpx2.AsyncClient, owner: Person
) -> None:
    wrong = await http.post("/api/auth/login", json={"email": owner.email, "password": "not this one at all"})
    unknown = await http.post(
        "/api/auth/login", json={"email": "nobody@example.com", "password": "not this one at all"}
    )

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["code"] == "credentials_invalid"
    assert wrong.json() | {"request_id": ""} == unknown.json() | {"request_id": ""}
    assert {*wrong.headers} == {*unknown.headers}


async def test_an_unknown_address_costs_the_same_hashing(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compares the hashes that are verified. `test_an_unknown_address_takes_the_same_time` measures the time."""
    checked = []
    verify = context.passwords.verify

    async def counted(encoded: str | None, password: str, **_: bool) -> bool:
        checked.append(encoded or context.passwords.dummy_hash)
        return await verify(encoded, password)

    monkeypatch.setattr(context.passwords, "verify", counted)
    for email in (owner.email, "nobody@example.com"):
        await http.post("/api/auth/login", json={"email": email, "password": "not this one at all"})

    real, dummy = checked
    assert real.split("$")[:4] == dummy.split("$")[:4]
    assert [len(part) for part in real.split("$")] == [len(part) for part in dummy.split("$")]


@pytest.mark.usefixtures("real_hashing")
async def test_an_unknown_address_takes_the_same_time(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person
) -> None:
    limits = context.sign_in_limits
    context.sign_in_limits = replace(limits, by_source=replace(limits.by_source, free=1000))

    async def seconds(email: str) -> float:
        started = time.perf_counter()
        await http.post("/api/auth/login", json={"email": email, "password": "not this one at all"})
        return time.perf_counter() - started

    pairs = [(await seconds(owner.email), await seconds("nobody@example.com")) for _ in range(7)]
    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))

    assert 0.5 < unknown / known < 2


async def test_case_of_the_address_and_unicode_composition_do_not_matter(
    http: httpx2.AsyncClient, people: People
) -> None:
    await people.owner(email="zoé@example.com", password="Crème brûlée ﬁne")

    decomposed = await people.login("ZOE\u0301@Example.COM", "Cre\u0300me bru\u0302le\u0301e\u00a0fine")

    assert decomposed.signed_in["user"]["email"] == "zoé@example.com"


async def test_the_case_of_a_password_matters(http: httpx2.AsyncClient, owner: Person) -> None:
    answer = await http.post("/api/auth/login", json={"email": owner.email, "password": owner.password.upper()})

    assert answer.status_code == 401


async def test_deactivation_is_revealed_only_with_the_right_password(
    http: httpx2.AsyncClient, people: People, owner: Person
) -> None:
    member = await people.join(owner, Role.MEMBER)
    await owner.patch(f"/api/users/{member.id}", json={"active": False})

    right = await http.post("/api/auth/login", json={"email": member.email, "password": member.password})
    wrong = await http.post("/api/auth/login", json={"email": member.email, "password": "not this one at all"})

    assert (right.status_code, right.json()["code"]) == (403, "user_deactivated")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "credentials_invalid")


@pytest.mark.usefixtures("real_hashing")
async def test_an_outdated_hash_is_renewed_at_sign_in(
    http: httpx2.AsyncClient, context: ProcessContext, people: People, owner: Person
) -> None:
    old = PasswordHashing(memory_kib=8192, iterations=1)
    hashed = await old.hash(owner.password)
    old.close()

    async def stored_hash() -> str:
        async with context.database.transaction(UUID(owner.account_id)) as session:
            return str(await session.scalar(text('SELECT password_hash FROM identity."user"')))

    async with context.database.transaction(UUID(owner.account_id)) as session:
        await session.execute(text('UPDATE identity."user" SET password_hash = :hash'), {"hash": hashed})
    await people.login(owner.email)

    assert (await stored_hash()).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    await people.login(owner.email)


async def test_hashing_holds_no_connection(
    context: ProcessContext, http: httpx2.AsyncClient, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, release = asyncio.Semaphore(0), asyncio.Event()

    async def blocked(*_: object, **__: object) -> bool:
        waiting.release()
        await release.wait()
        return False

    monkeypatch.setattr(context.passwords, "verify", blocked)
    bodies = [{"email": f"guess{n}@example.com", "password": "not this one at all"} for n in range(30)]
    tasks = [asyncio.create_task(http.post("/api/auth/login", json=body)) for body in bodies]
    for _ in tasks:
        await waiting.acquire()

    pool = context.database.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0
    release.set()
    assert {(await task).status_code for task in tasks} == {401}


@pytest.mark.usefixtures("real_hashing")
async def test_sign_ins_beyond_the_queue_are_rejected_immediately(
    context: ProcessContext, http: httpx2.AsyncClient, owner: Person
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
