"""Checks for refusals."""

import httpx2


def problem_of(response: httpx2.Response) -> dict[str, object]:
    """Return the problem document of a refusal. Fails if it does not follow RFC 9457 and our own conventions."""
    where = f"{response.request.method} {response.request.url}"[:300]
    kind = response.headers.get("content-type")
    assert kind == "application/problem+json", f"{where}: {response.status_code} as {kind}: {response.text[:200]}"
    problem: dict[str, object] = response.json()
    assert problem["status"] == response.status_code, where
    assert problem["code"], where
    assert problem["request_id"], where
    assert problem["request_id"] == response.headers["x-request-id"], where
    return problem
