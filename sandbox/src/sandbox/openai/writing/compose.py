"""From messages and a schema to the text of the response."""

import json
import random
from collections.abc import Callable
from typing import Any

from sandbox.openai.writing.brand import brand_profile
from sandbox.openai.writing.caption import caption
from sandbox.openai.writing.filler import Filler
from sandbox.openai.writing.plan import month_plan

_WRITERS: dict[str, Callable[[dict[str, Any], random.Random], dict[str, Any]]] = {
    "brand_profile": brand_profile,
    "month_plan": month_plan,
    "caption": caption,
}


def write(messages: list[tuple[str, str]], schema: dict[str, Any] | None, seed: str, *, as_json: bool) -> str:
    """Return the response to (role, text) messages. The same `seed` always produces the same text."""
    rng = random.Random(seed)
    task = find_task([text for role, text in messages if role == "user"])
    writer = _WRITERS.get(str(task.get("task")))
    proposal = writer(task, rng) if writer else {}
    if schema is not None:
        return json.dumps(Filler(schema, rng).fill(proposal), ensure_ascii=False)
    if as_json:
        return json.dumps(proposal or {"answer": "Done."}, ensure_ascii=False)
    return str(proposal.get("caption") or "Certainly. Tell me a little more about what you have in mind.")


def find_task(texts: list[str]) -> dict[str, Any]:
    """Return the last JSON object with a `task` in the user's messages, alone or inside other text."""
    decoder = json.JSONDecoder()
    for text in reversed(texts):
        start = text.find("{")
        while start >= 0:
            try:
                found, _ = decoder.raw_decode(text, start)
            except ValueError:
                found = None
            if isinstance(found, dict) and "task" in found:
                return found
            start = text.find("{", start + 1)
    return {}
