"""A month's plan is repaired where that is possible."""

from content.writing.rules import PlanDraft
from content.writing.schemas import PlannedPost
from hypothesis import given
from hypothesis import strategies as st


def planned(*titles: str) -> list[PlannedPost]:
    return [PlannedPost(type="POST", title=title, angle="", headline="Up") for title in titles]


def test_posts_too_many_are_cut() -> None:
    draft = PlanDraft(2)
    draft.add(planned("A", "B", "C"))
    assert (draft.titles, draft.missing) == (["A", "B"], 0)


def test_a_surplus_post_replaces_one_whose_title_repeats() -> None:
    draft = PlanDraft(3)
    draft.add(planned("A", " a", "B", "C"))
    assert (draft.titles, draft.missing) == (["A", "C", "B"], 0)


def test_only_the_repeated_title_is_requested_again_and_keeps_its_place() -> None:
    draft = PlanDraft(3)
    draft.add(planned("A", "ａ", "B"))
    assert (draft.titles, draft.missing) == (["A", "B"], 1)
    draft.add(planned("C"))
    assert draft.titles == ["A", "C", "B"]


def test_a_title_that_stays_the_same_is_numbered() -> None:
    draft = PlanDraft(3)
    draft.add(planned("A", "A", "A (2)"))
    draft.add(planned("a"))
    assert draft.completed()
    assert draft.titles == ["A", "A (3)", "A (2)"]


@given(st.lists(st.lists(st.sampled_from("aAbBcD"), max_size=8), min_size=1, max_size=3), st.integers(1, 6))
def test_a_plan_has_different_titles_and_never_too_many(answers: list[list[str]], count: int) -> None:
    draft = PlanDraft(count)
    for titles in answers:
        draft.add(planned(*titles))
    assert draft.completed() is any(answers)
    titles = [title.casefold() for title in draft.titles]
    assert len(set(titles)) == len(titles) <= count
    assert len(titles) >= min(count, len(answers[0]))
