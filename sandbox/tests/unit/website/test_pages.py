import json
import re

import pytest
from sandbox.website.sites import SITE_NAMES, asset, load_site, render_page

PAGES = [(slug, page.slug) for slug in SITE_NAMES for page in load_site(slug).pages]


@pytest.mark.parametrize(("slug", "page_slug"), PAGES)
def test_every_page_is_complete(slug: str, page_slug: str) -> None:
    html = render_page(slug, page_slug, "http://127.0.0.1:1")
    assert html is not None
    assert "$root" not in html
    assert "${" not in html
    for needed in ('<meta name="description"', 'property="og:image"', 'name="theme-color"', "<h1>", "styles.css"):
        assert needed in html
    linked = re.search(r'ld\+json">(.*?)</script>', html)
    assert linked is not None
    assert json.loads(linked[1])["name"] == load_site(slug).name


@pytest.mark.parametrize(("slug", "page_slug"), PAGES)
def test_every_internal_link_has_a_target(slug: str, page_slug: str) -> None:
    html = render_page(slug, page_slug, "http://127.0.0.1:1") or ""
    for target in re.findall(rf'(?:href|src)="/{slug}/([^"]*)"', html):
        is_asset = "." in target
        assert asset(slug, target) if is_asset else render_page(slug, target.rstrip("/"), "") is not None


@pytest.mark.parametrize("slug", SITE_NAMES)
def test_the_style_sheet_has_the_brand_colour_and_its_fonts(slug: str) -> None:
    css = asset(slug, "styles.css").decode()
    assert load_site(slug).theme_colour in css
    assert css.count("font-family") + css.count("--font") >= 2
    assert asset(slug, "logo.png").startswith(b"\x89PNG")


def test_a_price_in_dollars_stays_a_price() -> None:
    assert "<td>$118</td>" in (render_page("harbour-physio", "prices", "") or "")


def test_an_unknown_page_is_none() -> None:
    assert render_page("harbour-physio", "nothing", "") is None
