"""Makes the brand profile: reads the website, lets the model write what it says, keeps colours and logo."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from common.errors import AppError

from content.brand.extraction import ExtractedBrand, extract_brand, fallback_palette
from content.brand.schemas import BrandText
from content.clients.website import WebsiteFetcher
from content.clients.writer import Writer
from content.generations import prompts
from content.models import Account
from content.rendering import Palette

__all__ = ["BrandReader", "Reading"]

# What the model is given of one page, in characters: enough for facts, bounded in cost.
_PAGE_TEXT = 6_000


@dataclass(frozen=True)
class Reading:
    text: BrandText
    palette: Palette
    fonts: list[str]
    logo: bytes | None
    logo_url: str | None
    from_website: bool
    trouble: str | None
    """Why the website could not be read, for the owner; the month is made without it."""


class BrandReader:
    def __init__(self, fetcher: WebsiteFetcher, writer: Writer) -> None:
        self._fetcher = fetcher
        self._writer = writer

    async def read(self, account: Account) -> Reading:
        """Read the account's website. A website that can't be read is no reason to make no posts.

        Raises WritingError when the model fails.
        """
        if account.website_url is None:
            return self._without_website(account, "The account has no website; add one for posts that know more.")
        try:
            found = await extract_brand(self._fetcher, account.website_url)
        except AppError as error:
            return self._without_website(account, error.detail or error.title)
        pages = [{"url": p.url, "title": p.title, "text": p.text[:_PAGE_TEXT]} for p in found.pages]
        text = await self._writer.write(
            prompts.BRAND_INSTRUCTIONS, prompts.brand_task(account.website_url, pages), BrandText
        )
        return _reading(found, text)

    def _without_website(self, account: Account, trouble: str) -> Reading:
        text = BrandText(
            business_name=account.name[:200], what_they_do="", audience="", voice="", facts=[], words_to_avoid=[]
        )
        return Reading(
            text=text,
            palette=fallback_palette(account.name),
            fonts=[],
            logo=None,
            logo_url=None,
            from_website=False,
            trouble=trouble,
        )


def _reading(found: ExtractedBrand, text: BrandText) -> Reading:
    hosts = {urlsplit(page.url).netloc for page in found.pages}
    # a fact whose source is none of the pages that were read was made up
    facts = [fact for fact in text.facts if urlsplit(fact.source_url).netloc in hosts]
    return Reading(
        text=text.model_copy(update={"facts": facts}),
        palette=found.palette,
        fonts=found.fonts,
        logo=found.logo,
        logo_url=found.logo_url,
        from_website=True,
        trouble=None,
    )
