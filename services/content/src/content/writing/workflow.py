"""Have the language model write a post, and reject what the month or the brand can't use."""

from collections.abc import Sequence

from content.brand.schemas import forbidden_words, text_of
from content.clients.language_model import LanguageModel, WritingError
from content.models import BrandProfile, MonthlyBrief
from content.writing import rules
from content.writing.rules import PostSubject
from content.writing.schemas import WrittenPost

_MAX_TRIES = 3


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
        problem = ""
        for number in range(variation, variation + _MAX_TRIES):
            task = rules.caption_task(brief, text_of(brand), subject, variation=number)
            written = await self._language_model.answer(rules.CAPTION_INSTRUCTIONS, task, WrittenPost)
            # no await between the check and the append: the captions of one run are written concurrently
            problem = _problem(written, forbidden_words(brand), subject.previous, other_captions)
            if not problem:
                other_captions.append(written.caption)
                return written
        raise WritingError(problem, temporary=True)


def _problem(
    written: WrittenPost, forbidden: Sequence[str], previous: str | None, other_captions: Sequence[str]
) -> str:
    if written.caption == previous:
        return "The new text equals the old one."
    if rules.repeats(written.caption, other_captions):
        return "The text repeats another post of the month."
    found = rules.forbidden_in(f"{written.caption}\n{written.headline}\n{written.subline}", forbidden)
    if found:
        return f"The text contains words that the brand profile excludes: {', '.join(repr(word) for word in found)}."
    return ""
