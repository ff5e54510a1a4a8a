"""One request is one transaction, which includes its Idempotency-Key."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Annotated, ClassVar

import httpx2
import pytest
from common.auth import Permission, Principal, TokenVerifier
from common.database import Database, set_account
from common.errors import AppError, ConflictError
from common.http import Check, IdempotencyKeys, Router, create_app, public, raises, requires, routing
from common.http.idempotency import AnswerNotKeptError
from common.ids import new_id
from fastapi import Request, Response
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from testing.tokens import TokenMinter

INSERT = text("INSERT INTO probe.secret_note (id, account_id, note) VALUES (:id, :account, :note)")


class Context:
    def __init__(self, database: Database, verifier: TokenVerifier) -> None:
        self.database = database
        self.token_verifier = verifier

    def readiness(self) -> Sequence[Check]:
        return [Check("database", self.database.ping)]


class ReuseDetectedError(AppError):
    code = "reuse_detected"
    status = 401
    commits = True


class Note(BaseModel):
    id: uuid.UUID
    words: str


class Words(BaseModel):
    words: str


Writer = Annotated[Principal, requires(Permission.BRIEF_WRITE)]
router = Router(prefix="/notes")


def session_of(request: Request) -> AsyncSession:
    session: AsyncSession = request.state.session
    return session


async def write(session: AsyncSession, account_id: uuid.UUID, words: str) -> Note:
    note = Note(id=new_id(), words=words)
    await session.execute(INSERT, {"id": note.id, "account": account_id, "note": words})
    return note


@router.post("", status_code=201)
async def create(request: Request, response: Response, words: Words, principal: Writer) -> Note:
    note = await write(session_of(request), principal.account_id, words.words)
    response.headers["Location"] = f"/notes/{note.id}"
    if words.words == "slow":
        await asyncio.sleep(0.2)
    return note


@router.post("/failing")
async def create_and_fail(request: Request, words: Words, principal: Writer) -> None:
    await write(session_of(request), principal.account_id, words.words)
    raise ConflictError("it can't stay")


@router.post("/crashing")
async def create_and_crash(request: Request, words: Words, principal: Writer) -> None:
    await write(session_of(request), principal.account_id, words.words)
    raise ZeroDivisionError


@router.post("/standing")
async def create_and_refuse(request: Request, words: Words, principal: Writer) -> None:
    await write(session_of(request), principal.account_id, words.words)
    raise ReuseDetectedError("it stays")


@router.post("/undeclared-secret", status_code=201, dependencies=[raises()])
@router.post("/secret", status_code=201, dependencies=[raises(AnswerNotKeptError)])
async def create_secret(request: Request, response: Response, words: Words, principal: Writer) -> Note:
    response.headers["Cache-Control"] = "no-store"
    return await write(session_of(request), principal.account_id, words.words)


@router.post("/public/{account_id}", dependencies=[public()])
async def create_publicly(request: Request, account_id: uuid.UUID, words: Words) -> Note:
    session = session_of(request)
    await set_account(session, account_id)
    return await write(session, account_id, words.words)


@router.post("/raw-text", dependencies=[requires(Permission.BRIEF_WRITE)])
async def send_to_the_database(request: Request, how: str) -> None:
    statements: dict[str, str] = {
        "nul": "SELECT convert_from('\\x00'::bytea, 'UTF8')",
        "number": "SELECT 99999999999::bigint::integer",
    }
    await session_of(request).execute(text(statements[how]))


class Client:
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, http: httpx2.AsyncClient, minter: TokenMinter, database: Database) -> None:
        self.http = http
        self.minter = minter
        self.database = database
        self.account_id = new_id()
        self.user_id = new_id()

    async def post(
        self, path: str, words: str, *, key: str | None = None, user_id: uuid.UUID | None = None
    ) -> httpx2.Response:
        headers = self.minter.headers(self.account_id, user_id=user_id or self.user_id)
        if key is not None:
            headers["Idempotency-Key"] = key
        return await self.http.post(path, json={"words": words}, headers=headers)

    async def notes(self) -> list[str]:
        async with self.database.transaction(self.account_id) as session:
            rows = await session.execute(text("SELECT note FROM probe.secret_note ORDER BY note"))
            return list(rows.scalars())


@pytest.fixture
async def client(database: Database) -> AsyncIterator[Client]:
    minter = TokenMinter()
    app = create_app(title="probe", service="probe", context=Context(database, minter.verifier()), routers=[router])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as http:
        yield Client(http, minter, database)


async def test_what_a_request_wrote_is_committed_before_it_is_answered(client: Client) -> None:
    answer = await client.post("/notes", "hello")
    assert answer.status_code == 201
    assert await client.notes() == ["hello"]


async def test_an_error_rolls_back_what_was_written(client: Client) -> None:
    assert (await client.post("/notes/failing", "x")).status_code == 409
    assert (await client.post("/notes/crashing", "x")).status_code == 500
    assert await client.notes() == []


async def test_an_error_that_commits_keeps_what_was_written(client: Client) -> None:
    answer = await client.post("/notes/standing", "stands")
    assert (answer.status_code, answer.json()["code"]) == (401, "reuse_detected")
    assert await client.notes() == ["stands"]


@pytest.mark.invariant("T1")
async def test_the_account_of_a_request_comes_from_its_token(client: Client) -> None:
    await client.post("/notes", "mine")
    other = Client(client.http, client.minter, client.database)
    await other.post("/notes", "theirs")
    assert await client.notes() == ["mine"]
    assert await other.notes() == ["theirs"]


@pytest.mark.invariant("T1")
async def test_a_public_request_has_no_account_until_one_is_set(client: Client) -> None:
    answer = await client.http.post(f"/notes/public/{client.account_id}", json={"words": "found"})
    assert answer.status_code == 200
    assert await client.notes() == ["found"]


@pytest.mark.invariant("M2")
async def test_a_repeated_key_gets_the_first_answer_without_a_second_effect(client: Client) -> None:
    first = await client.post("/notes", "once", key="k1")
    again = await client.post("/notes", "once", key="k1")
    assert again.content == first.content
    assert again.status_code == first.status_code == 201
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["content-type"] == "application/json"
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert await client.notes() == ["once"]


@pytest.mark.invariant("M2")
async def test_the_quoted_form_of_a_key_is_the_same_key(client: Client) -> None:
    await client.post("/notes", "once", key="k1")
    assert (await client.post("/notes", "once", key='"k1"')).headers["idempotency-replayed"] == "true"


@pytest.mark.invariant("M2")
async def test_a_key_with_another_body_or_path_is_rejected(client: Client) -> None:
    await client.post("/notes", "once", key="k1")
    for path, words in (("/notes", "other"), ("/notes/standing", "once")):
        answer = await client.post(path, words, key="k1")
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert await client.notes() == ["once"]


@pytest.mark.invariant("M2")
async def test_requests_with_one_key_at_the_same_time_run_once(client: Client) -> None:
    answers = await asyncio.gather(*(client.post("/notes", "slow", key="k1") for _ in range(4)))
    assert len({answer.content for answer in answers}) == 1
    assert sorted("idempotency-replayed" in answer.headers for answer in answers) == [False, True, True, True]
    assert await client.notes() == ["slow"]


@pytest.mark.invariant("M2")
async def test_a_rolled_back_request_does_not_use_up_its_key(client: Client) -> None:
    assert (await client.post("/notes/failing", "x", key="k1")).status_code == 409
    again = await client.post("/notes", "x", key="k1")
    assert again.status_code == 201
    assert "idempotency-replayed" not in again.headers


@pytest.mark.invariant("M2")
async def test_a_committed_error_is_replayed(client: Client) -> None:
    first = await client.post("/notes/standing", "stands", key="k1")
    again = await client.post("/notes/standing", "stands", key="k1")
    assert again.status_code == 401
    assert again.content == first.content
    assert again.headers["content-type"] == "application/problem+json"
    assert await client.notes() == ["stands"]


@pytest.mark.invariant("M2", "T1")
async def test_users_and_accounts_do_not_share_keys(client: Client) -> None:
    await client.post("/notes", "first", key="k1")
    colleague = await client.post("/notes", "second", key="k1", user_id=new_id())
    other = Client(client.http, client.minter, client.database)
    stranger = await other.post("/notes", "third", key="k1", user_id=client.user_id)
    assert colleague.status_code == stranger.status_code == 201
    assert await client.notes() == ["first", "second"]


@pytest.mark.invariant("M3")
async def test_a_no_store_answer_is_neither_stored_nor_replayed(client: Client, database: Database) -> None:
    assert (await client.post("/notes/secret", "hush", key="k1")).status_code == 201
    again = await client.post("/notes/secret", "hush", key="k1")
    assert (again.status_code, again.json()["code"]) == (409, "idempotent_answer_not_kept")
    async with database.transaction(client.account_id) as session:
        kept = (await session.execute(text("SELECT response_body FROM probe.idempotency_key"))).scalar_one()
    assert bytes(kept) == b""
    assert await client.notes() == ["hush"]


@pytest.mark.parametrize(("path", "expected"), [("secret", []), ("undeclared-secret", ["idempotent_answer_not_kept"])])
async def test_a_route_that_does_not_say_that_its_answer_is_not_kept_is_reported(
    client: Client, monkeypatch: pytest.MonkeyPatch, path: str, expected: list[str]
) -> None:
    reported: list[str] = []
    monkeypatch.setattr(routing, "report_undeclared", lambda _route, error: reported.append(error.code))
    await client.post(f"/notes/{path}", "hush", key="k1")
    assert reported == expected


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "tab\there"])
async def test_a_malformed_key_is_rejected(client: Client, key: str) -> None:
    answer = await client.post("/notes", "x", key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")


async def test_the_cross_account_role_purges_old_keys_of_all_accounts(client: Client, database: Database) -> None:
    await client.post("/notes", "x", key="k1")
    other = Client(client.http, client.minter, client.database)
    await other.post("/notes", "x", key="k1")
    keys = IdempotencyKeys("probe")
    async with database.cross_account.transaction() as session:
        newest = (await session.execute(text("SELECT max(created_at) FROM probe.idempotency_key"))).scalar_one()
        assert await keys.purge(session, before=newest - timedelta(hours=24)) == 0
        assert await keys.purge(session, before=newest + timedelta(seconds=1)) == 2


@pytest.mark.parametrize("how", ["nul", "number"])
async def test_a_value_that_the_database_can_not_store_is_422(client: Client, how: str) -> None:
    answer = await client.post(f"/notes/raw-text?how={how}", "x")
    assert (answer.status_code, answer.json()["code"]) == (422, "value_not_storable")


async def test_an_unavailable_database_is_503_with_retry_after(client: Client) -> None:
    unavailable = Database("postgresql://nobody@127.0.0.1:1/none", service="probe")
    app = create_app(
        title="probe", service="probe", context=Context(unavailable, client.minter.verifier()), routers=[router]
    )
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as http:
        answer = await Client(http, client.minter, unavailable).post("/notes", "x")
        ready = await http.get("/readyz")
        alive = await http.get("/livez")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "2"
    assert ready.status_code == 503
    assert "database" in ready.json()["checks"]
    assert alive.status_code == 200
    await unavailable.close()
