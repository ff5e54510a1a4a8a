"""The documented promises hold for generated requests to every operation, valid and invalid ones."""

import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import pytest_asyncio
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance
from schemathesis.specs.openapi.schemas import OpenApiSchema

from .customer import Customer
from .hostile_values import EXAMPLES
from .problems import problem_of

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
# The first would end the session that all other requests need. The others have no parameters to vary.
LEFT_OUT = re.compile(r"POST /api/auth/logout|GET /api/billing/plans|/api/webhooks/")


@pytest_asyncio.fixture(loop_scope="session")
async def own_ids(customer: Customer) -> dict[str, str]:
    """Real values for path parameters: an unknown id hides most code."""
    [content] = await customer.approved(1)
    [item] = await customer.schedule([content], seconds=3600)
    generated = await customer.api.call("GET", "/api/audit", event_type="CONTENT_GENERATED")
    return {
        "content_id": content["id"],
        "item_id": item["id"],
        "generation_id": generated["items"][0]["entity_id"],
        "user_id": customer.user_id,
        "month": customer.month,
    }


def _operations(document: dict[str, Any]) -> Iterator[Any]:
    schema: OpenApiSchema = schemathesis.openapi.from_dict(document)
    result: Any
    for result in schema.get_all_operations():
        operation = result.ok()
        if not LEFT_OUT.search(operation.label):
            yield operation


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_generated_request_causes_a_server_error_or_a_refusal_without_a_problem_document(
    mode: GenerationMode, customer: Customer, own_ids: dict[str, str], openapi: dict[str, Any]
) -> None:
    base_url, session = str(customer.api._http.base_url).rstrip("/"), requests.Session()
    session.headers.update(customer.bearer)
    asked = 0
    for operation in _operations(openapi):

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def holds(case: Any) -> None:
            nonlocal asked
            asked += 1
            if asked % 2 and case.method != "DELETE":
                case.path_parameters.update({n: v for n, v in own_ids.items() if n in case.path_parameters})
            response = case.call(base_url=base_url, session=session, timeout=20)
            case.validate_response(response, checks=CHECKS)
            if response.status_code >= httpx2.codes.BAD_REQUEST:
                problem_of(_plain(case, response))

        holds()
    session.close()
    assert asked > EXAMPLES * 30


def _plain(case: Any, response: Any) -> httpx2.Response:
    headers = [(name, value) for name, values in response.headers.items() for value in values]
    request = httpx2.Request(case.method, response.request.url)
    return httpx2.Response(response.status_code, headers=headers, content=response.content, request=request)
