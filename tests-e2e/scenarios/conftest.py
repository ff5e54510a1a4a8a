import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest_asyncio
from sandbox.demo.businesses import BUSINESSES
from sandbox.demo.evidence import Row, arrived, rows_of
from sandbox.demo.story import Result
from sandbox.stack.stack import Stack

from .customer import Customer, new_customer

# Each business publishes this many contents, on two platforms each.
SOON = 2


@pytest_asyncio.fixture(loop_scope="session")
async def customer(stack: Stack) -> AsyncIterator[Customer]:
    """A new business, subscribed with posting, connected and verified."""
    async with new_customer(stack) as made:
        yield await made.set_up()


@pytest_asyncio.fixture(loop_scope="session")
async def newcomer(stack: Stack) -> AsyncIterator[Customer]:
    """A new business that has only signed up."""
    async with new_customer(stack) as made:
        yield await made.sign_up()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_customer(stack: Stack) -> AsyncIterator[Customer]:
    """A signed-up business shared by tests whose changes do not affect each other."""
    async with new_customer(stack) as made:
        yield await made.sign_up()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def openapi(stack: Stack) -> dict[str, Any]:
    """The merged document of the gateway."""
    async with httpx2.AsyncClient(base_url=stack.url, timeout=30) as http:
        document: dict[str, Any] = (await http.get("/openapi.json")).raise_for_status().json()
        return document


@dataclass(frozen=True)
class Month:
    """The demo's month for two businesses in two time zones."""

    customers: list[Customer]
    results: list[Result]
    rows: list[Row]
    """One for each item that fell due, with the posts that arrived for it at the provider."""
    posts: list[dict[str, Any]]
    """All posts on the profiles of these businesses, and all posts with their images, wherever they are."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def month(stack: Stack) -> AsyncIterator[Month]:
    async with AsyncExitStack() as opened:
        customers = [
            await opened.enter_async_context(new_customer(stack, business, soon=SOON)) for business in BUSINESSES
        ]
        run = secrets.token_hex(6)
        results = list(await asyncio.gather(*(customer.story.play(run) for customer in customers)))
        for customer in customers:
            await customer.load_identity()
        profiles = {item["provider_profile_id"] for result in results for item in result.items}
        pictures = [f"/media/{customer.account_id}/" for customer in customers]
        posts = [
            post
            for post in await arrived(stack.wiring.url("ayrshare"))
            if post["profile_ref_id"] in profiles
            or any(picture in url for picture in pictures for url in post["media_urls"])
        ]
        yield Month(customers, results, rows_of(results, posts), posts)
