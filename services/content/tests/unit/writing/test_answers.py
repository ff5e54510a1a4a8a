"""What is understood of a language model's text, and how long the provider asks to wait."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from content.clients.language_model import retry_after
from content.clients.model_answers import NoAnswerError, read_answer
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


class Line(BaseModel):
    line: str
    more: list[str] = []


ANSWER = json.dumps({"line": "Stand up {once} an hour", "more": ["a }", '"b"']})


@pytest.mark.parametrize(
    "content",
    [
        ANSWER,
        f"\ufeff{ANSWER}",
        f"```json\n{ANSWER}\n```",
        f"```\r\n{ANSWER}\r\n```\r\n",
        f"~~~\n{ANSWER}\n~~~",
        f"Here is your JSON:\n```json\n{ANSWER}\n```\nEnjoy!",
        f"<think>A headline {{short}}, or {{}}?</think>\n\n{ANSWER}",
        f'<think>Maybe {{"line": "A draft"}}.</think>{ANSWER}',
        f"A headline, hm.\n</think>\n{ANSWER}",
        f"<THINKING>Hm.</THINKING>\n```json\n{ANSWER}```",
        f"{ANSWER}\n{ANSWER}",
        f"[{ANSWER}]",
        json.dumps(ANSWER),
        ANSWER.replace("Stand up", "Stand\\u0020up"),
        [{"type": "text", "text": ANSWER[:9]}, {"type": "text", "text": ANSWER[9:]}],
    ],
)
def test_one_object_is_understood_whatever_surrounds_it(content: Any) -> None:
    assert read_answer(content, Line).line == "Stand up {once} an hour"


def test_text_of_an_answer_may_name_the_tag_of_reasoning() -> None:
    assert read_answer(json.dumps({"line": "Write </think> here"}), Line).line == "Write </think> here"
    assert read_answer('{"line": "two\nlines"}', Line).line == "two\nlines"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "not a JSON object"),
        (None, "not a JSON object"),
        ("I can't.", "not a JSON object"),
        (ANSWER[:-1], "not a JSON object"),
        ("[1, 2]", "not a JSON object"),
        ("{" * 100_000, "not a JSON object"),
        ('{"unexpected": true}', "line: Field required"),
        (f'{ANSWER} or {{"line": "another"}}', "several answers"),
    ],
)
def test_other_text_is_refused_with_the_reason(content: Any, reason: str) -> None:
    with pytest.raises(NoAnswerError, match=reason):
        read_answer(content, Line)


PROSE = st.text(st.characters(exclude_characters='{}<>"', exclude_categories=["Cs"]), max_size=40)


@given(
    st.text(max_size=60).filter(lambda text: text.isprintable()),
    PROSE,
    PROSE,
    st.sampled_from(["", "```", "```json\n"]),
)
def test_any_text_around_an_object_is_ignored(line: str, before: str, after: str, fence: str) -> None:
    content = f"{before}\n{fence}{json.dumps({'line': line})}\n{fence[:3]}{after}"

    assert read_answer(content, Line).line == line


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "20"}, 20),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "Tue, 01 Dec 2026 09:00:30 GMT"}, 30),
        ({"retry-after": "Tue, 01 Dec 2026 08:00:00 GMT"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "0"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
    ],
)
def test_retry_after_is_read_in_each_form(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == (None if seconds is None else timedelta(seconds=seconds))
