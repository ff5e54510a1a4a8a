"""What the language model is paid for: tokens, and their price."""

from dataclasses import dataclass

from openai.types import CompletionUsage
from prometheus_client import Counter

TOKENS = Counter(
    "pulseworks_model_tokens", "Tokens of the language model by kind: input, cached_input or output.", ["model", "kind"]
)
COST = Counter("pulseworks_model_cost_dollars", "Price of these tokens in US dollars, by the settings.", ["model"])

_MILLION = 1_000_000


@dataclass(frozen=True)
class TokenPrices:
    """US dollars for a million tokens."""

    input: float
    cached_input: float
    output: float


def count_tokens(usage: CompletionUsage | None, model: str, prices: TokenPrices) -> None:
    """Count the tokens of an answer, also of one that is not usable: it is paid for."""
    if usage is None:
        return
    details = usage.prompt_tokens_details
    cached = (details and details.cached_tokens) or 0
    fresh = usage.prompt_tokens - cached
    TOKENS.labels(model, "input").inc(fresh)
    TOKENS.labels(model, "cached_input").inc(cached)
    TOKENS.labels(model, "output").inc(usage.completion_tokens)
    cost = fresh * prices.input + cached * prices.cached_input + usage.completion_tokens * prices.output
    COST.labels(model).inc(cost / _MILLION)
