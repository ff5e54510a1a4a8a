"""Bodies of normal and abnormal responses, with plausible token counts."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sandbox.openai.outcomes import OutcomeKind

_REFUSAL = "I'm sorry, but I can't help with that request."


@dataclass(frozen=True)
class Written:
    """The output of the model."""

    content: str | None
    refusal: str | None = None
    finish: str = "stop"


def written(text: str, kind: OutcomeKind | None) -> Written:
    """Return the normal text, or the one required by the outcome."""
    strange = {
        OutcomeKind.REFUSAL: Written(None, refusal=_REFUSAL),
        OutcomeKind.LENGTH: Written(text[: len(text) // 2], finish="length"),
        OutcomeKind.CONTENT_FILTER: Written(text[: len(text) // 3], finish="content_filter"),
        OutcomeKind.MALFORMED_CONTENT: Written("Here is your JSON:\n```json\n" + text[:-1]),
        OutcomeKind.SCHEMA_VIOLATION: Written(json.dumps({"unexpected": True})),
        OutcomeKind.EMPTY_CONTENT: Written(""),
    }
    return strange[kind] if kind in strange else Written(text)


def limited(result: Written, max_tokens: int | None) -> Written:
    """Truncate the text if it needs more tokens than allowed."""
    if max_tokens is None or result.content is None or tokens(result.content) <= max_tokens:
        return result
    return Written(result.content[: max_tokens * 4], finish="length")


def tokens(text: str) -> int:
    """Estimate four characters per token, which is close enough for English."""
    return max(1, (len(text) + 3) // 4) if text else 0


def chat_completion(seed: str, created: int, model: str, prompt: str, result: Written) -> dict[str, Any]:
    prompt_tokens = tokens(prompt) + 8
    completion_tokens = tokens(result.content or result.refusal or "")
    return {
        "id": f"chatcmpl-{_identifier(seed)}",
        "object": "chat.completion",
        "created": created,
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": result.content,
                    "refusal": result.refusal,
                    "annotations": [],
                },
                "logprobs": None,
                "finish_reason": result.finish,
            }
        ],
        "usage": {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": 0,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        },
        "service_tier": "default",
        "system_fingerprint": "fp_sandbox",
    }


def response(seed: str, created: int, model: str, prompt: str, result: Written) -> dict[str, Any]:
    identifier = _identifier(seed)
    input_tokens, output_tokens = tokens(prompt) + 8, tokens(result.content or result.refusal or "")
    complete = result.finish == "stop"
    part: dict[str, Any] = (
        {"type": "refusal", "refusal": result.refusal}
        if result.refusal is not None
        else {"type": "output_text", "text": result.content, "annotations": [], "logprobs": []}
    )
    reason = "max_output_tokens" if result.finish == "length" else result.finish
    return {
        "id": f"resp_{identifier}",
        "object": "response",
        "created_at": created,
        "status": "completed" if complete else "incomplete",
        "error": None,
        "incomplete_details": None if complete else {"reason": reason},
        "instructions": None,
        "metadata": {},
        "model": model,
        "output": [
            {
                "id": f"msg_{identifier}",
                "type": "message",
                "status": "completed" if complete else "incomplete",
                "role": "assistant",
                "content": [part],
            }
        ],
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": {
            "input_tokens": input_tokens,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": output_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": input_tokens + output_tokens,
        },
    }


def _identifier(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()[:28]
