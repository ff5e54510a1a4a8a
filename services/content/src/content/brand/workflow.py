"""Read a website and have the language model describe the brand."""

from dataclasses import replace

import structlog
from common.errors import AppError

from content.brand.rules import BRAND_INSTRUCTIONS, BrandReading, brand_task, choose_palette, placeholder_reading
from content.brand.schemas import BrandAnswer, BrandText, Fact
from content.clients.decoding import in_decoding_thread
from content.clients.language_model import LanguageModel, ModelUnavailableError, WritingError
from content.clients.website.extraction import ExtractedWebsite, extract_website
from content.clients.website.fetcher import WebsiteFetcher
from content.clients.website.links import page_key
from content.models import Account

log = structlog.get_logger(__name__)

# Characters of each page that are sent to the model: enough for facts, and a bound on cost.
_PAGE_CHARACTERS = 6_000
_DESCRIBE = "Describe the business in the brand profile yourself: what it does, for whom, and its facts."


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
        except Exception as error:  # noqa: BLE001 - no list has all that five parsers raise for a stranger's page
            return _not_understood(account, error)
        if not website.has_text:
            return replace(appearance, trouble=website.trouble)
        try:
            text = await self._describe(account.website_url, website)
        except ModelUnavailableError:
            raise
        except WritingError as error:
            return replace(appearance, trouble=f"The website was read but not described. {error.detail}")
        trouble = website.trouble
        if trouble is None and not (text.what_they_do or text.facts):
            trouble = f"{account.website_url} was read, but says too little about the business. {_DESCRIBE}"
        return replace(appearance, text=text, complete=True, trouble=trouble)

    async def _describe(self, url: str, website: ExtractedWebsite) -> BrandText:
        pages = [
            {
                "url": _storable(page.url),
                "title": _storable(page.title),
                "description": _storable(page.description),
                "text": _storable(page.text[:_PAGE_CHARACTERS]),
            }
            for page in website.pages
        ]
        answer = await self._language_model.answer(BRAND_INSTRUCTIONS, brand_task(url, pages), BrandAnswer)
        text = BrandText.model_validate(answer.model_dump())
        return text.model_copy(update={"facts": _cited(text.facts, [page["url"] for page in pages])})


def _not_understood(account: Account, error: Exception) -> BrandReading:
    """Log the defect. The generation of a month goes on without the website."""
    log.error("website_extraction_failed", website=account.website_url, exc_info=error)
    return placeholder_reading(
        account, f"{account.website_url} could not be understood. Correct the brand profile by hand."
    )


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


def _cited(facts: list[Fact], urls: list[str]) -> list[Fact]:
    """Return the facts that cite a page that was read, by the address of that page. Any other was made up."""
    read = {page_key(url): url for url in reversed(urls)}
    cited = []
    for fact in facts:
        try:
            url = read.get(page_key(fact.source_url))
        except ValueError:
            continue
        if url is not None:
            cited.append(fact.model_copy(update={"source_url": url}))
    return cited


def _storable(text: str) -> str:
    """Return the text without what JSON or PostgreSQL reject: NUL, and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
