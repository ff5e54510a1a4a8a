"""A slip of the model costs one more call, never the month."""

from typing import Any, cast

import pytest
from content.clients.language_model import ModelUnavailableError, UnusableAnswerError, WritingError
from content.models import BrandProfile, MonthlyBrief
from content.writing.rules import PostSubject
from content.writing.schemas import WrittenPost
from content.writing.workflow import MonthPlanner, PostWriter
from pydantic import BaseModel

BRIEF = MonthlyBrief(
    month="2026-12", primary_focus="EDUCATION", promo_enabled=False, promo_text="", tone="NEUTRAL", notes=""
)
PROFILE = {
    "business_name": "Harbour", "what_they_do": "", "audience": "", "voice": "", "facts": [], "words_to_avoid": [],
}  # fmt: skip
BRAND = BrandProfile(profile=PROFILE, corrections={"words_to_avoid": ["cheap"]})
SUBJECT = PostSubject(type="POST", title="Desk", angle="Sit", headline="Up", index=0)


class Model:
    """Gives the next of its answers; an error is raised."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.tasks: list[dict[str, Any]] = []
        self.instructions: list[str] = []

    async def ask(self, instructions: str, task: dict[str, Any], answer: type[BaseModel]) -> BaseModel:
        self.tasks.append(task)
        self.instructions.append(instructions)
        given = self._answers.pop(0)
        if isinstance(given, Exception):
            raise given
        return answer.model_validate(given)


def posts(*titles: str, **fields: Any) -> dict[str, Any]:
    return {"posts": [{"type": "POST", "title": title, "angle": "", "headline": "Up"} | fields for title in titles]}


async def plan(model: Model, count: int) -> list[str]:
    planned = await MonthPlanner(cast("Any", model)).plan(BRIEF, BRAND, count, ["Before"])
    return [post.title for post in planned]


async def test_one_title_that_repeats_is_the_only_one_requested_again() -> None:
    model = Model(posts("A", "B", "a", "D"), posts("C"))

    assert await plan(model, 4) == ["A", "B", "C", "D"]
    assert [task["post_count"] for task in model.tasks] == [4, 1]
    assert model.tasks[1]["existing_titles"] == ["Before", "A", "B", "D"]


@pytest.mark.parametrize(
    ("answers", "titles"),
    [
        ([posts("A", "B", "C")], ["A", "B"]),
        ([posts("A"), posts("B")], ["A", "B"]),
        ([posts("A", "A"), posts("A"), posts("a")], ["A", "A (2)"]),
        ([posts("A"), UnusableAnswerError("x"), UnusableAnswerError("x")], ["A"]),
        ([UnusableAnswerError("x", declined=True), posts("A", "B")], ["A", "B"]),
        ([UnusableAnswerError("x"), UnusableAnswerError("x"), posts("A", "B")], ["A", "B"]),
        ([{"posts": [*posts("A")["posts"], *posts("B", type="PROMO")["posts"]]}, posts("C")], ["A", "C"]),
    ],
)
async def test_a_plan_is_repaired_before_it_is_requested_again(answers: list[Any], titles: list[str]) -> None:
    assert await plan(Model(*answers), 2) == titles


async def test_a_plan_that_is_never_usable_fails_with_the_last_reason() -> None:
    with pytest.raises(WritingError, match="declined"):
        await plan(
            Model(UnusableAnswerError("x"), UnusableAnswerError("x"), UnusableAnswerError("x", declined=True)), 2
        )
    with pytest.raises(ModelUnavailableError):
        await plan(Model(ModelUnavailableError()), 2)


def written(**fields: Any) -> dict[str, Any]:
    post = {"caption": "A text that is long enough.", "hashtags": ["Up"], "headline": "Up", "subline": ""}
    return post | {"alt_text": ""} | fields


async def write(model: Model) -> WrittenPost:
    return await PostWriter(cast("Any", model)).write(BRIEF, BRAND, SUBJECT, [])


@pytest.mark.parametrize(
    "slip",
    [
        UnusableAnswerError("it was cut off"),
        UnusableAnswerError("x", declined=True),
        written(caption="So cheap, all of it!"),
    ],
)
async def test_a_post_that_can_not_be_used_is_requested_twice_more_at_most(slip: Any) -> None:
    model = Model(slip, slip, written())
    assert (await write(model)).caption == written()["caption"]
    assert [task["post"]["variation"] for task in model.tasks] == [0, 1, 2]

    with pytest.raises(WritingError):
        await write(Model(slip, slip, slip))


async def test_a_forbidden_hashtag_is_dropped_and_forbidden_words_are_found_everywhere() -> None:
    assert (await write(Model(written(hashtags=["CheapBread", "Bread"])))).hashtags == ["Bread"]
    for place in ("headline", "subline", "alt_text"):
        model = Model(written(**{place: "It is cheap"}), written())
        assert getattr(await write(model), place) == written()[place]
