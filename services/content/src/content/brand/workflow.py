"""Read a website and have the language model describe the brand."""

from dataclasses import replace
from urllib.parse import urlsplit

import structlog
from common.errors import AppError

from content.brand.rules import BRAND_INSTRUCTIONS, BrandReading, brand_task, choose_palette, placeholder_reading
from content.brand.schemas import BrandAnswer, BrandText
from content.clients.decoding import in_decoding_thread
from content.clients.language_model import LanguageModel, ModelUnavailableError, WritingError
from content.clients.website.extraction import ExtractedWebsite, extract_website
from content.clients.website.fetcher import WebsiteFetcher
from content.models import Account

log = structlog.get_logger(__name__)

# Characters of each page that are sent to the model: enough for facts, and a bound on cost.
_PAGE_CHARACTERS = 6_000


class BrandReader:
    def __init__(self, fetcher: WebsiteFetcher, language_model: LanguageModel) -> None:
        self._fetcher = fetcher
        self._language_model = language_model

    async def read(self, account: Account) -> BrandReading:
        """Read the account's website. If it can't be read, return a placeholder: posts can be made without it.

        Raises ModelUnavailableError.
        """
        if account.website_url is None:
            return placeholder_reading(account, "The account has no website. Add one for more specific posts.")
        try:
            website = await extract_website(self._fetcher, account.website_url)
            appearance = await in_decoding_thread(_appearance, account, website)
        except AppError as error:
            return placeholder_reading(account, error.detail or error.title)
        except Exception:  # because an unreadable page must not stop the generation of a month; it is logged
            log.exception("website_extraction_failed", website=account.website_url)
            return placeholder_reading(
                account, f"{account.website_url} could not be understood. Correct the brand profile by hand."
            )
        try:
            text = await self._describe(account.website_url, website)
        except ModelUnavailableError:
            raise
        except WritingError as error:
            return replace(appearance, trouble=f"The website was read but not described. {error.detail}")
        return replace(appearance, text=text, complete=True)

    async def _describe(self, url: str, website: ExtractedWebsite) -> BrandText:
        pages = [
            {
                "url": _storable(page.url),
                "title": _storable(page.title),
                "text": _storable(page.text[:_PAGE_CHARACTERS]),
            }
            for page in website.pages
        ]
        answer = await self._language_model.answer(BRAND_INSTRUCTIONS, brand_task(url, pages), BrandAnswer)
        text = BrandText.model_validate(answer.model_dump())
        hosts = {urlsplit(page.url).netloc for page in website.pages}
        # A fact that cites none of these hosts was made up.
        facts = [fact for fact in text.facts if urlsplit(fact.source_url).netloc in hosts]
        return text.model_copy(update={"facts": facts})


def _appearance(account: Account, website: ExtractedWebsite) -> BrandReading:
    """Return an incomplete reading: colours, fonts and logo without the text."""
    logo = website.logo
    return replace(
        placeholder_reading(account, None),
        palette=choose_palette(website.styles, logo.image if logo else None, website.name),
        fonts=[_storable(font) for font in website.fonts],
        logo=logo.png if logo else None,
        logo_url=_storable(logo.url) if logo else None,
    )


def _storable(text: str) -> str:
    """Return the text without what JSON or PostgreSQL reject: NUL, and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
