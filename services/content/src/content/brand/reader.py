"""Makes the brand profile: reads the website, lets the model write what it says, keeps colours and logo."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import structlog
from common.errors import AppError

from content.brand.extraction import ExtractedBrand, extract_brand, fallback_palette
from content.brand.schemas import BrandText
from content.clients.website import WebsiteFetcher
from content.clients.writer import Writer, WritingError
from content.generations import prompts
from content.models import Account
from content.rendering import Palette

__all__ = ["BrandReader", "Reading", "unread"]

log = structlog.get_logger(__name__)

# What the model is given of one page, in characters: enough for facts, bounded in cost.
_PAGE_TEXT = 6_000
_NO_NAME = "Our business"


@dataclass(frozen=True)
class Reading:
    website_url: str | None
    text: BrandText
    palette: Palette
    fonts: list[str]
    logo: bytes | None
    logo_url: str | None
    complete: bool
    """The website was read and its text written; otherwise the rest is a stopgap."""
    trouble: str | None
    """Why it is not complete, for the owner; the month is made without it."""


def unread(account: Account, trouble: str | None) -> Reading:
    """Return what can be said of a brand without its website: its name, and colours made from that."""
    name = account.name.strip()[:200] or _NO_NAME
    return Reading(
        website_url=account.website_url,
        text=BrandText(business_name=name, what_they_do="", audience="", voice="", facts=[], words_to_avoid=[]),
        palette=fallback_palette(name),
        fonts=[],
        logo=None,
        logo_url=None,
        complete=False,
        trouble=trouble,
    )


class BrandReader:
    def __init__(self, fetcher: WebsiteFetcher, writer: Writer) -> None:
        self._fetcher = fetcher
        self._writer = writer

    async def read(self, account: Account) -> Reading:
        """Read the account's website. A website that can't be read is no reason to make no posts.

        Raises WritingError when the model fails and asking again may help.
        """
        if account.website_url is None:
            return unread(account, "The account has no website; add one for posts that know more.")
        try:
            found = await extract_brand(self._fetcher, account.website_url)
        except AppError as error:
            return unread(account, error.detail or error.title)
        except Exception:  # a stranger's page must not keep a month from being made; it is logged
            log.exception("website_not_understood", website=account.website_url)
            return unread(account, f"{account.website_url} could not be understood. Correct the brand profile by hand.")
        looks = replace(
            unread(account, None),
            palette=found.palette,
            fonts=[_storable(font) for font in found.fonts],
            logo=found.logo,
            logo_url=_storable(found.logo_url) if found.logo_url else None,
        )
        try:
            text = await self._describe(account.website_url, found)
        except WritingError as error:
            if error.temporary:
                raise
            return replace(looks, trouble=f"The website was read but not described. {error.detail}")
        return replace(looks, text=text, complete=True)

    async def _describe(self, website: str, found: ExtractedBrand) -> BrandText:
        pages = [
            {"url": _storable(page.url), "title": _storable(page.title), "text": _storable(page.text[:_PAGE_TEXT])}
            for page in found.pages
        ]
        text = await self._writer.write(prompts.BRAND_INSTRUCTIONS, prompts.brand_task(website, pages), BrandText)
        hosts = {urlsplit(page.url).netloc for page in found.pages}
        # a fact whose source is none of the pages that were read was made up
        facts = [fact for fact in text.facts if urlsplit(fact.source_url).netloc in hosts]
        return text.model_copy(update={"facts": facts})


def _storable(text: str) -> str:
    """Return the text without what neither JSON nor PostgreSQL can carry: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
