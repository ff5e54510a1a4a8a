"""Posts with an unknown outcome: a person looks at the network and reports the result."""

import asyncio
from collections.abc import Sequence

from .customers import Customer
from .system import System
from .tally import Explained

_PATIENCE = 60.0


async def settle_unknown(system: System, customers: Sequence[Customer], unknown: Sequence[Explained]) -> list[str]:
    """Resolve each as a person who has looked at the network; return what did not end as it should."""
    wrong = []
    for customer in customers:
        own = {str(row.post.item_id): row.post for row in unknown if row.post.customer == customer.number}
        if not own:
            continue
        for delivery in await customer.every("/api/social/deliveries", status="unknown"):
            if delivery["schedule_item_id"] not in own:
                wrong.append(f"the delivery {delivery['id']} is unknown, but its schedule item does not say so")
                continue
            post = own[delivery["schedule_item_id"]]
            seen = [row for row in await system.live_posts() if row["text"] == post.text]
            said = {"outcome": "live", "url": seen[0]["url"]} if seen else {"outcome": "send_again"}
            await customer.call("POST", f"/api/social/deliveries/{delivery['id']}/resolve", said)
            system.done[f"unknown outcome resolved by a person: {said['outcome']}"] += 1
        for item_id, post in own.items():
            status = await _end(customer, item_id)
            count = sum(row["text"] == post.text for row in await system.live_posts())
            if (status, count) != ("PUBLISHED", 1):
                wrong.append(f"{post.marker} was resolved by a person, and is {status} and {count} times live")
    return wrong


async def _end(customer: Customer, item_id: str) -> str:
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    status = ""
    while status != "PUBLISHED" and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.3)
        status = (await customer.call("GET", f"/api/schedule/{item_id}"))["status"]
    return status
