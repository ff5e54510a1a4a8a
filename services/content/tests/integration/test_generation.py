"""From a brief to drafts."""

from typing import Any


async def test_a_brief_becomes_a_month_of_drafts(tenant: Any) -> None:
    await tenant.brief()
    generation = await tenant.finished(await tenant.start(12))
    assert (generation["status"], generation["done"], generation["failed"]) == ("COMPLETED", 12, 0), generation
