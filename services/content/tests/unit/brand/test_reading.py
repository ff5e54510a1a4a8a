"""Reading a brand from an extracted website."""

from dataclasses import replace
from typing import Any, cast

import pytest
from content.brand import workflow
from content.brand.rules import BrandReading, placeholder_reading
from content.brand.schemas import BrandAnswer, NewFact
from content.brand.workflow import BrandReader
from content.clients.website.extraction import ExtractedPage, ExtractedWebsite
from content.clients.website.logo import Logo
from content.clients.website.stylesheets import StyleUsage
from content.models import Account

SITE = "https://harbour.example"
FOUND = ExtractedWebsite(
    name="Harbour",
    pages=[ExtractedPage(url=f"{SITE}/about", title="About\x00", description="", headings=[], text="We \ud800mend.")],
    styles=StyleUsage(),
    fonts=["Inter\x00"],
    logo=Logo(f"{SITE}/logo\ud800.png", None),
)


class Model:
    """Returns a profile and records the task."""

    def __init__(self, *sources: str) -> None:
        self._facts = [NewFact(text="We mend backs.", source_url=source) for source in sources]
        self.task: dict[str, Any] = {}

    async def answer(self, _instructions: str, task: dict[str, Any], _answer: type[BrandAnswer]) -> BrandAnswer:
        self.task = task
        return BrandAnswer(
            business_name="Harbour", what_they_do="", audience="", voice="", facts=self._facts, words_to_avoid=[]
        )


def account(website: str | None = SITE) -> Account:
    return Account(account_id=None, revision=1, name="  Harbour Physio ", website_url=website, timezone="UTC")


async def read(monkeypatch: pytest.MonkeyPatch, found: ExtractedWebsite | Exception, model: Model) -> BrandReading:
    async def extract(_fetcher: object, _website: str) -> ExtractedWebsite:
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(workflow, "extract_website", extract)
    return await BrandReader(cast("Any", None), cast("Any", model)).read(account())


async def test_a_fact_from_another_source_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model(f"{SITE}/about", f"{SITE}/prices", "https://other.example/about", "the website")

    reading = await read(monkeypatch, FOUND, model)

    assert [fact.source_url for fact in reading.text.facts] == [f"{SITE}/about", f"{SITE}/prices"]
    assert reading.complete


async def test_characters_that_can_not_be_stored_are_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model()

    reading = await read(monkeypatch, FOUND, model)

    assert model.task["pages"] == [{"url": f"{SITE}/about", "title": "About", "text": "We ?mend."}]
    assert (reading.fonts, reading.logo_url) == (["Inter"], f"{SITE}/logo?.png")


async def test_an_unexpected_error_returns_a_placeholder(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = await read(monkeypatch, ZeroDivisionError("a bug"), Model())

    assert not reading.complete
    assert "could not be understood" in (reading.trouble or "")
    assert reading.text.business_name == "Harbour Physio"
    assert replace(reading, trouble=None) == placeholder_reading(account(), None)
