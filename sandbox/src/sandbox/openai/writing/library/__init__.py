"""The stand-in's texts, by trade.

`physio.toml` and `bakery.toml` hold advice and stories that are true of any such business. `general.toml` claims
nothing that a business has not stated itself.
"""

import functools
import tomllib
from pathlib import Path

from sandbox.openai.writing.library.topic import Topic, Trade

__all__ = ["GENERAL", "Topic", "Trade", "load_trade", "trade_of"]

GENERAL = "general"
_RECOGNISED = ("physio", "bakery")


@functools.cache
def load_trade(name: str) -> Trade:
    texts = tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))
    for topic in texts["topics"]:
        topic["bodies"] = [" ".join(body.split()) for body in topic["bodies"]]
    return Trade.model_validate(texts)


def trade_of(text: str) -> Trade:
    """Return the trade whose signs are most frequent in the text."""
    lowered = text.lower()
    trades = [load_trade(name) for name in _RECOGNISED]
    counts = [sum(lowered.count(sign) for sign in trade.signs) for trade in trades]
    return trades[counts.index(max(counts))] if max(counts) >= 2 else load_trade(GENERAL)
