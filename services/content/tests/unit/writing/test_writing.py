"""The model's tasks, and the validation of its answers."""

import json
from typing import Any

import pytest
from content.brand.schemas import BrandAnswer, BrandText
from content.clients.language_model import UnusableAnswerError, parse_answer
from content.clients.model_answers import wire_schema
from content.models import MonthlyBrief
from content.writing.rules import PostSubject, caption_task, plan_task, repeats
from content.writing.schemas import WrittenPost, month_plan
from openai.types.chat import ChatCompletionMessage
from openai.types.chat.chat_completion import Choice
from pydantic import BaseModel, ValidationError
from sandbox.openai.strictness import StrictSchema

ANSWERS = (BrandAnswer, month_plan(promo=True), month_plan(promo=False), WrittenPost)
BRAND = BrandText(
    business_name="Harbour Physio", what_they_do="", audience="", voice="", facts=[], words_to_avoid=["cheap"]
)
BRIEF = MonthlyBrief(
    month="2026-12", primary_focus="EDUCATION", promo_enabled=True, promo_text="$49", tone="NEUTRAL", notes="n"
)


def written(**fields: Any) -> dict[str, Any]:
    post = {"caption": "A text that is long enough.", "hashtags": [], "headline": "Up", "subline": "", "alt_text": ""}
    return post | fields


def post(number: int, **fields: Any) -> dict[str, Any]:
    return {"type": "POST", "title": f"Title {number}", "angle": "", "headline": "Up"} | fields


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.__name__)
def test_the_wire_schema_is_valid_in_strict_mode(answer: type[BaseModel]) -> None:
    """Checked by the stand-in, an independent implementation of the vendor's subset."""
    StrictSchema(answer.__name__, wire_schema(answer), param="p", label="response_format").check()


def test_references_have_no_siblings_in_the_wire_schema() -> None:
    class Inner(BaseModel):
        """A part."""

        size: int

    class Outer(BaseModel):
        inner: Inner
        maybe: Inner | None = None

    schema = wire_schema(Outer)

    assert schema["properties"]["inner"] == {"$ref": "#/$defs/Inner"}
    assert schema["required"] == ["inner", "maybe"]
    StrictSchema("Outer", schema, param="p", label="response_format").check()


def test_posts_of_a_plan_that_can_not_be_used_are_left_out() -> None:
    posts = [post(1), post(2, type="PROMO"), post(3, headline="\u200b"), post(4, title="x" * 121), post(5)]

    assert [p.title for p in month_plan(promo=True).model_validate({"posts": posts}).posts] == [
        "Title 1",
        "Title 2",
        "Title 5",
    ]
    assert [p.title for p in month_plan(promo=False).model_validate({"posts": posts}).posts] == ["Title 1", "Title 5"]
    with pytest.raises(ValidationError):
        month_plan(promo=False).model_validate({"posts": [post(1, type="PROMO")]})


def test_unusable_hashtags_are_dropped() -> None:
    tags = ["#Desk Life", "desklife", "123", "🙂", "Back", "x" * 51, "a", "b", "c", "d"]

    assert WrittenPost.model_validate(written(hashtags=tags)).hashtags == ["DeskLife", "Back", "a", "b", "c"]


@pytest.mark.parametrize("fields", [{"caption": "Too short"}, {"caption": "x" * 1_901}, {"headline": " "}])
def test_an_unusable_text_is_invalid(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        WrittenPost.model_validate(written(**fields))


def test_hashtags_in_the_caption_are_invalid() -> None:
    """Otherwise they would count twice against the platform's limit."""
    with pytest.raises(ValidationError, match="hashtags belong"):
        WrittenPost.model_validate(written(caption="Come in and say #hello to us."))
    for caption in ("We are #1 in Nelson, so come in.", "Book on https://ex.nz/#book today."):
        assert WrittenPost.model_validate(written(caption=caption)).caption == caption


def test_hashtags_that_end_the_caption_are_moved_to_their_list() -> None:
    moved = WrittenPost.model_validate(written(caption="Come in and say hello.\n\n#Hello #hi#ho", hashtags=["Hi"]))

    assert (moved.caption, moved.hashtags) == ("Come in and say hello.", ["Hi", "Hello", "ho"])


@pytest.mark.parametrize("caption", ["A text with a \x00 in its middle.", "A text with a \ud800 in its middle."])
def test_text_that_can_not_be_stored_is_invalid(caption: str) -> None:
    """Otherwise PostgreSQL would reject the draft, and the whole run would fail."""
    message = ChatCompletionMessage(role="assistant", content=json.dumps(written(caption=caption)))

    with pytest.raises(UnusableAnswerError, match="no usable answer"):
        parse_answer(Choice(index=0, finish_reason="stop", message=message), WrittenPost)


def test_the_tasks_contain_what_the_model_needs() -> None:
    plan = plan_task(BRIEF, BRAND, 3, ["Desk stretches"])
    assert (plan["task"], plan["post_count"], plan["existing_titles"]) == ("month_plan", 3, ["Desk stretches"])
    assert (plan["brief"]["promo_text"], plan["brand"]["business_name"]) == ("$49", "Harbour Physio")

    subject = PostSubject(type="POST", title="Desk", angle="Sit", headline="Up", index=4)
    task = caption_task(BRIEF, BRAND, subject, variation=2)
    assert task["post"] == {
        "type": "POST",
        "title": "Desk",
        "angle": "Sit",
        "headline": "Up",
        "index": 4,
        "variation": 2,
    }
    assert task["brand"]["words_to_avoid"] == ["cheap"]


TEXT = (
    "Your back was not made for eight hours in one chair. Stand up once an hour, walk to the window and roll your "
    "shoulders ten times. We show you the rest on your first visit, and it takes less time than a coffee."
)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (TEXT, True),
        (TEXT.upper().replace(".", "!"), True),
        (TEXT.replace("coffee", "tea"), True),
        (TEXT.replace("Stand up once an hour", "Get up every hour"), True),
        (" ".join(TEXT.split()[::-1]), False),
        (TEXT.split(".", maxsplit=1)[0], False),
        ("Christmas is near, and our door stays open until the twenty-third. Come in for a mince pie.", False),
    ],
)
def test_a_text_with_a_few_changed_words_is_a_repetition(other: str, same: bool) -> None:
    assert repeats(other, ["Something else entirely.", TEXT]) is same
    assert not repeats(other, [])
