import httpx2

_INFRASTRUCTURE = {"outbox", "inbox", "idempotency_key", "alembic_version"}


def _is_own(_object: object, name: str | None, kind: str, *_: object) -> bool:
    return not (kind == "table" and name in _INFRASTRUCTURE)


async def test_readiness_checks_database_and_schema(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/readyz")

    assert answer.json() == {"status": "ready", "checks": {"database": "ok", "schema": "ok"}}
