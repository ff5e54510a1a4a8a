"""The name of a business on its website."""

import pytest
from content.clients.website.crawler import CrawledPage, CrawledSite
from content.clients.website.names import business_part, names_of
from content.clients.website.pages import parse_page


def name(home: str, *others: str, url: str = "https://riverside.example/") -> str:
    pages = tuple(CrawledPage(f"{url}{number}", parse_page(page)) for number, page in enumerate(others))
    return names_of(CrawledSite(CrawledPage(url, parse_page(home)), pages, ())).likeliest


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Home", ""),
        ("HOME", ""),
        ("Welcome!", ""),
        ("Welcome to Riverside Physio", "Riverside Physio"),
        ("Willkommen bei Bäckerei Ehlers", "Bäckerei Ehlers"),
        ("Herzlich willkommen", ""),
        ("Bienvenue chez Margaux", "Margaux"),
        ("Accueil", ""),
        ("Startseite", ""),
        ("Página inicial", ""),
        ("ホーム", ""),
        ("Just another WordPress site", ""),
        ("Home Bakery", "Home Bakery"),
        ("Welcome Inn", "Inn"),
        ("The Welcome Inn", "The Welcome Inn"),
    ],
)
def test_what_every_website_says_is_no_name(text: str, part: str) -> None:
    assert business_part(text) == part


@pytest.mark.parametrize(
    "home",
    [
        "<title>Home | Riverside Physio</title>",
        "<title>Riverside Physio – Home</title>",
        "<title>Welcome to Riverside Physio</title>",
        "<title>:: Riverside Physio :: Home ::</title>",
        "<title>Physio in Leeds | Riverside Physio</title>",
        '<title>Home</title><meta property="og:site_name" content="Riverside Physio">',
        '<title>Riverside Physio</title><meta property="og:site_name" content="Home">',
        '<title>Home</title><script type="application/ld+json">{"@type":"Dentist","name":"Riverside Physio"}</script>',
    ],
)
def test_the_name_is_what_speaks_for_itself(home: str) -> None:
    assert name(home) == "Riverside Physio"


def test_without_a_telling_domain_the_header_other_titles_and_the_copyright_decide() -> None:
    elsewhere = "https://xq7.example/"
    assert name("<title>Fast | Smith & Sons</title><header>Smith & Sons</header>", url=elsewhere) == "Smith & Sons"
    assert (
        name("<title>Fast | Smith & Sons</title>", "<title>Us | Smith & Sons</title>", url=elsewhere) == "Smith & Sons"
    )
    page = "<title>Fast | Smith & Sons</title><p>x<footer>© 2026 Smith & Sons. All rights reserved.</footer>"
    assert name(page, url=elsewhere) == "Smith & Sons"
    assert name("<title>Home</title><p>x") == "Riverside"
