"""What to ask the model for one part of a post, and what to use of its answer."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from common.auth import Principal

from content.brand.errors import BrandNotFoundError
from content.brand.repository import BrandRepository
from content.briefs.errors import BriefNotFoundError
from content.briefs.repository import BriefRepository
from content.generations.repository import GenerationRepository
from content.items.repository import ContentRepository
from content.items.service import ContentService
from content.media.rules import design_for
from content.models import BrandProfile, ContentItem, MonthlyBrief
from content.rendering.design import PostDesign
from content.rewriting.schemas import Part, Rewrite
from content.usage.rules import Kind
from content.writing.rules import PostSubject
from content.writing.schemas import WrittenPost

_FIELDS: dict[Part, tuple[str, ...]] = {
    "CAPTION": ("caption",),
    "HASHTAGS": ("hashtags",),
    "IMAGE": ("headline", "subline", "alt_text"),
}


@dataclass(frozen=True)
class RewriteTask:
    item: ContentItem
    brief: MonthlyBrief
    brand: BrandProfile
    subject: PostSubject
    other_captions: list[str]
    """Captions that the new text must not repeat."""
    part: Part
    revision: int
    """The revision of the post that is changed."""

    @property
    def pictures(self) -> dict[Kind, int]:
        """Return the picture that it needs, if any."""
        return {Kind.PICTURES: int(self.part == "IMAGE")}

    @property
    def amounts(self) -> dict[Kind, int]:
        return {Kind.MODEL_CALLS: 1, **self.pictures}

    @property
    def variation(self) -> int:
        """Changes with each edit, so a repeated rewrite returns a different text."""
        return self.item.edit_count + 1

    def changes(self, written: WrittenPost) -> dict[str, Any]:
        return written.model_dump(include=set(_FIELDS[self.part]))

    def design(self, written: WrittenPost) -> PostDesign | None:
        """Return the new image's design, in the next layout; None if the image stays."""
        if self.part != "IMAGE":
            return None
        return design_for(
            self.brand,
            type_=self.item.type,
            headline=written.headline,
            subline=written.subline,
            layout=self.item.media["layout"] + 1,
        )


class RewritingService:
    def __init__(
        self,
        items: ContentService,
        contents: ContentRepository,
        briefs: BriefRepository,
        brands: BrandRepository,
        generations: GenerationRepository,
    ) -> None:
        self._items = items
        self._contents = contents
        self._briefs = briefs
        self._brands = brands
        self._generations = generations

    async def prepare(self, principal: Principal, content_id: UUID, rewrite: Rewrite) -> RewriteTask:
        """Return what to write. Raises the errors of an edit, BriefNotFoundError, BrandNotFoundError."""
        item = await self._items.editable(principal, content_id, revision=rewrite.revision, changes={})
        brief = await self._briefs.get(item.monthly_brief_id)
        if brief is None:
            raise BriefNotFoundError(f"Create one first: POST /api/briefs with the month {item.month}.")
        brand = await self._brands.of_account()
        if brand is None:
            raise BrandNotFoundError("Read the website first: POST /api/brand/refresh.")
        others = [other for other in await self._contents.of_month(item.month) if other.id != item.id]
        new_caption = rewrite.part == "CAPTION"
        return RewriteTask(
            item=item,
            brief=brief,
            brand=brand,
            subject=await self._subject(item, new_caption=new_caption),
            other_captions=[other.caption for other in others] if new_caption else [],
            part=rewrite.part,
            revision=rewrite.revision,
        )

    async def _subject(self, item: ContentItem, *, new_caption: bool) -> PostSubject:
        planned = None
        if item.generation_id is not None:
            planned = await self._generations.post_at(item.generation_id, item.position)
        return PostSubject(
            type=item.type,
            title=item.title,
            angle=planned.angle if planned else item.title,
            headline=item.headline,
            index=item.position,
            previous=item.caption if new_caption else None,
        )
