"""Have the language model plan a month and write its posts, and reject what the month or the brand can't use."""

from collections.abc import Sequence

import structlog

from content.brand.schemas import forbidden_words, text_of
from content.clients.language_model import LanguageModel, UnusableAnswerError, WritingError, corrected
from content.models import BrandProfile, MonthlyBrief
from content.writing import rules
from content.writing.rules import PostSubject
from content.writing.schemas import PlannedPost, WrittenPost, month_plan

log = structlog.get_logger(__name__)

_MAX_TRIES = 3


class MonthPlanner:
    def __init__(self, language_model: LanguageModel) -> None:
        self._language_model = language_model

    async def plan(
        self, brief: MonthlyBrief, brand: BrandProfile, count: int, existing_titles: Sequence[str]
    ) -> list[PlannedPost]:
        """Plan up to ``count`` posts with different titles.

        Posts too many are cut. For a post that is missing, can't be used or has the title of another, one more is
        requested, twice at most. Then a title that still repeats gets a number, and what is missing stays missing:
        at least one post is returned. Raises WritingError.
        """
        answer = month_plan(promo=brief.promo_enabled)
        draft = rules.PlanDraft(count)
        instructions = rules.PLAN_INSTRUCTIONS
        failure: WritingError = UnusableAnswerError("it is empty")
        for _ in range(_MAX_TRIES):
            titles = [*existing_titles, *draft.titles]
            task = rules.plan_task(brief, text_of(brand), draft.missing, titles)
            try:
                plan = await self._language_model.ask(instructions, task, answer)
            except UnusableAnswerError as error:
                instructions, failure = corrected(rules.PLAN_INSTRUCTIONS, error.correction), error
                continue
            draft.add(plan.posts)
            if not draft.missing:
                return draft.posts
            log.info("plan_completed_by_another_call", planned=len(draft.posts), missing=draft.missing)
        if not draft.completed():
            raise failure
        return draft.posts


class PostWriter:
    def __init__(self, language_model: LanguageModel) -> None:
        self._language_model = language_model

    async def write(
        self,
        brief: MonthlyBrief,
        brand: BrandProfile,
        subject: PostSubject,
        other_captions: list[str],
        *,
        variation: int = 0,
    ) -> WrittenPost:
        """Write a post whose caption repeats none of ``other_captions``, and append its caption to them.

        A post that can't be used is requested twice more. Raises WritingError.
        """
        failure: WritingError = UnusableAnswerError("it is empty")
        instructions = rules.CAPTION_INSTRUCTIONS
        forbidden = forbidden_words(brand)
        for number in range(variation, variation + _MAX_TRIES):
            task = rules.caption_task(brief, text_of(brand), subject, variation=number)
            try:
                written = await self._language_model.ask(instructions, task, WrittenPost)
            except UnusableAnswerError as error:
                instructions, failure = corrected(rules.CAPTION_INSTRUCTIONS, error.correction), error
                continue
            written = written.model_copy(update={"hashtags": rules.without_forbidden(written.hashtags, forbidden)})
            # no await between the check and the append: the captions of one run are written concurrently
            problem = _problem(written, forbidden, subject.previous, other_captions)
            if not problem:
                other_captions.append(written.caption)
                return written
            log.info("written_post_refused", problem=problem)
            failure = WritingError(problem, advice="Try again.")
        raise failure


def _problem(
    written: WrittenPost, forbidden: Sequence[str], previous: str | None, other_captions: Sequence[str]
) -> str:
    if written.caption == previous:
        return "The new text equals the old one."
    if rules.repeats(written.caption, other_captions):
        return "The text repeats another post of the month."
    texts = (written.caption, written.headline, written.subline, written.alt_text)
    found = rules.forbidden_in("\n".join(texts), forbidden)
    if found:
        return f"The text contains words that the brand profile excludes: {', '.join(repr(word) for word in found)}."
    return ""
