"""Addresses: which are the same page, which are worth reading, and how a browser reads them as written."""

import pytest
from content.clients.website.links import absolute_url, page_key, page_url, relevant_links
from content.clients.website.pages import parse_page
from content.clients.website.targets import as_browsers_read, parse_target
from hypothesis import given
from hypothesis import strategies as st

HOME = "https://www.bakery.example/"


def chosen(*links: str | tuple[str, str], home: str = HOME, most: int = 5) -> list[str]:
    pairs = [(link, "") if isinstance(link, str) else link for link in links]
    page = parse_page("".join(f'<a href="{href}">{label}</a>' for href, label in pairs))
    return [url.removeprefix("https://www.bakery.example") for url in relevant_links(page, home, most)]


@pytest.mark.parametrize(
    "other",
    [
        "https://www.bakery.example/about/",
        "http://bakery.example/about",
        "https://WWW.Bakery.Example.:443/about/index.html",
        "https://bakery.example/about/index.php",
        "https://bakery.example/about/default.aspx#team",
        "https://bakery.example/about?utm_source=x&fbclid=1&gclid=2",
        "https://bakery.example/about;jsessionid=1A2B",
        "https://bakery.example/%61bout?PHPSESSID=12",
        "https://bakery.example/a/../about",
    ],
)
def test_the_forms_of_one_page_are_the_same_page(other: str) -> None:
    assert page_key(absolute_url(other, parse_page(""), HOME) or "") == page_key("https://bakery.example/about")


@pytest.mark.parametrize(
    "other", ["/About", "/about?page_id=2", "/about/team", "//shop.bakery.example/about", "//bakery.example:8443/about"]
)
def test_other_pages_are_other_pages(other: str) -> None:
    assert page_key(absolute_url(other, parse_page(""), HOME) or "") != page_key("https://bakery.example/about")


@given(
    st.lists(
        st.sampled_from(["page_id=2", "lang=de", "id=7", "utm_source=x", "gclid=1", "ref=y"]), unique=True
    ).flatmap(lambda names: st.tuples(st.just(names), st.permutations(names)))
)
def test_the_order_of_parameters_and_tracking_make_no_other_page(queries: tuple[list[str], list[str]]) -> None:
    one, other = (f"{HOME}?{'&'.join(query)}" for query in queries)
    assert page_key(one) == page_key(other)
    assert not {"utm_source", "gclid", "ref"} & {
        piece.partition("=")[0] for piece in page_url(one).split("?")[-1].split("&")
    }


@pytest.mark.parametrize("query", ["ref=1234", "sid=7", "page=about", "p=12", "id=", "pk_id=3"])
def test_a_parameter_that_may_address_a_page_is_kept(query: str) -> None:
    assert page_url(f"{HOME}?{query}") == f"{HOME}?{query}"


@pytest.mark.parametrize(
    "query", ["ref=navbar", "sid=0123456789abcdef0123", "pk_campaign=x", "mc_cid=1", "PHPSESSID=1"]
)
def test_a_parameter_that_only_tracks_is_dropped(query: str) -> None:
    assert page_url(f"{HOME}?{query}") == HOME


def test_a_query_that_addresses_a_page_is_kept() -> None:
    assert chosen("/?page_id=2&utm_source=menu", "index.php?id=7#top", "/?page_id=2") == [
        "/?page_id=2",
        "/index.php?id=7",
    ]


@pytest.mark.parametrize("link", ["index.html", "/", "#top", "?utm_source=x", "//bakery.example/index.php", "/home/.."])
def test_a_link_to_the_start_page_is_no_other_page(link: str) -> None:
    assert chosen(link) == []


@pytest.mark.parametrize(
    "link",
    ["/?add-to-cart=3", "/shop?orderby=price", "/?s=bread", "/menu.pdf", "/wp-login.php", "/wp-admin/", "/feed/"],
)
def test_what_does_something_or_is_a_file_is_not_read(link: str) -> None:
    assert chosen(link) == []


def test_a_folder_and_a_subject_take_a_share() -> None:
    links = ["/about", "/about/a", "/about/b", "/about/c", "/our-story", "/menu", "/prices", "/contact", "/faq"]
    assert chosen(*links) == ["/about", "/menu", "/prices", "/contact", "/faq"]
    assert chosen("/about", "/about/a", "/about/b", "/about/c", "/x", "/y") == [
        "/about",
        "/x",
        "/y",
        "/about/a",
        "/about/b",
    ]


def test_the_folder_of_a_language_is_no_folder() -> None:
    home = f"{HOME}de/"
    links = ("/de/ueber-uns", "/de/preise", "/de/kontakt", "/de/leistungen", "/de/anfahrt")
    assert chosen(*links, home=home) == ["/de/ueber-uns", "/de/leistungen", "/de/preise", "/de/kontakt", "/de/anfahrt"]


def test_words_are_words() -> None:
    assert chosen("/coffees", "/network", "/fees", most=1) == ["/fees"]
    assert chosen("/overview", "/homework", ("/x", "Über uns"), most=1) == ["/x"]


@pytest.mark.parametrize(
    ("link", "label"),
    [
        ("/privacy-policy", ""),
        ("/terms-of-service.html", ""),
        ("/datenschutz", ""),
        ("/datenschutzerklaerung/", ""),
        ("/x", "Datenschutzerklärung"),
        ("/impressum.php", ""),
        ("/mentions-legales", ""),
        ("/politique-de-confidentialite", ""),
        ("/x", "Aviso legal"),
        ("/x", "Política de privacidad"),
        ("/x", "Política de Privacidade"),
        ("/x", "Informativa sulla privacy"),
        ("/privacybeleid", ""),
        ("/x", "Polityka prywatności"),
        ("/x", "Integritetspolicy"),
        ("/my-account", "Log in"),
        ("/cookie-policy-eu", ""),
        ("/x", "Privacy & Cookies"),
        ("/x", "Allgemeine Geschäftsbedingungen"),
        ("/x", "Conditions générales de vente"),
        ("/x", "Términos y condiciones"),
        ("/x", "Termini e condizioni"),
        ("/x", "Do Not Sell My Personal Information"),
    ],
)
def test_legal_pages_are_not_read_in_any_language(link: str, label: str) -> None:
    assert chosen((link, label)) == []


@pytest.mark.parametrize(
    "link", ["/legal-services", "/cookies", "/accounting", "/search-engine-marketing", "/terms-explained"]
)
def test_a_page_is_not_left_out_for_one_word_in_its_address(link: str) -> None:
    assert chosen(link) == [link]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("/über uns/", "/%C3%BCber%20uns/"),
        (" /about\n", "/about"),
        ("\\about\\team", "/about/team"),
        ("/a?b=c\\d e", "/a?b=c%5Cd%20e"),
        ("https://müller.example/", None),
    ],
)
def test_links_are_read_as_browsers_read_them(written: str, read: str | None) -> None:
    url = absolute_url(written, parse_page(""), "https://bakery.example/")
    assert url is not None
    if read is not None:
        assert page_url(url) == f"https://bakery.example{read}"
    else:
        assert page_url(url) == "https://xn--mller-kva.example/"


@given(st.text(max_size=80))
def test_any_reference_is_resolved_or_refused(reference: str) -> None:
    page = parse_page("")
    page.links = []
    url = absolute_url(reference, page, HOME)
    assert url is None or url.startswith(("http:", "https:"))
    assert as_browsers_read(as_browsers_read(reference)) == as_browsers_read(reference)
    assert isinstance(chosen((reference.replace('"', ""), "x")), list)


def test_what_is_read_as_a_browser_does_is_still_checked() -> None:
    url = absolute_url("http:\\\\127.0.0.1\\", parse_page(""), HOME)
    assert url is not None
    assert parse_target(url).host == "127.0.0.1"
