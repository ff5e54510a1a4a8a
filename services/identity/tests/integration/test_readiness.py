import httpx2


async def test_readiness_checks_database_and_schema(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/readyz")

    assert answer.json()["status"] == "ready"
    assert answer.json()["checks"] == {"database": "ok", "schema": "ok", "signing_key": "ok"}
