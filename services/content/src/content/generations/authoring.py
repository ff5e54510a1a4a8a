"""Has the model write a post, and takes only one that the month and the brand can use."""

from collections.abc import Sequence

from content.brand.schemas import forbidden_words, text_of
from content.clients.writer import Writer, WritingError
from content.generations import prompts
from content.generations.originality import avoided_in, repeats
from content.generations.prompts import Subject, WrittenPost
from content.models import BrandProfile, MonthlyBrief

_TRIES = 3


class Author:
    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def write(
        self, brief: MonthlyBrief, brand: BrandProfile, subject: Subject, taken: list[str], *, variation: int = 0
    ) -> WrittenPost:
        """Write a post that is unlike the captions in ``taken``, and add its caption to them.

        One that can't be used is asked for twice more. Raises WritingError.
        """
        problem = ""
        for number in range(variation, variation + _TRIES):
            task = prompts.caption_task(brief, text_of(brand), subject, variation=number)
            written = await self._writer.write(prompts.CAPTION_INSTRUCTIONS, task, WrittenPost)
            # no await between the look and the note: the captions of one run are written at once
            problem = _problem(written, forbidden_words(brand), subject.previous, taken)
            if not problem:
                taken.append(written.caption)
                return written
        raise WritingError(problem, temporary=True)


def _problem(written: WrittenPost, forbidden: Sequence[str], previous: str | None, taken: Sequence[str]) -> str:
    if written.caption == previous:
        return "The text is the same again."
    if repeats(written.caption, taken):
        return "The text repeats another post of the month."
    avoided = avoided_in(f"{written.caption}\n{written.headline}\n{written.subline}", forbidden)
    if avoided:
        return f"The text uses {', '.join(repr(word) for word in avoided)}, which the brand profile forbids."
    return ""
