import contextlib
import unicodedata

import idna
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from identity.accounts.rules import check_timezone, check_website_url
from identity.users.rules import normalize_email


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Ana@Example.COM", "ana@example.com"),
        ("  ana@example.com ", "ana@example.com"),
        ("zoe\u0301@example.com", "zoé@example.com"),
        ("o'brien+news@mail.example.co.nz", "o'brien+news@mail.example.co.nz"),
        ("info@bücher.example", "info@bücher.example"),
        ("info@xn--bcher-kva.example", "info@bücher.example"),
        ("Info@XN--BCHER-KVA.Example", "info@bücher.example"),
        ("info@BU\u0308CHER.example", "info@bücher.example"),
        ("info@ｅｘａｍｐｌｅ。com", "info@example.com"),
        ("info@straße.example", "info@straße.example"),
        ("info@xn--strae-oqa.example", "info@straße.example"),
        ("ΝΙΚΟΣ@example.com", "νικος@example.com"),
        ("ana@harbour.test", "ana@harbour.test"),
    ],
)
def test_an_address_is_normalised(typed: str, stored: str) -> None:
    assert normalize_email(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "", "ana", "@example.com", "ana@", "ana@example", "ana@-example.com", "ana@example..com", "a b@example.com",
        "ana@exa_mple.com", "ana@example.com\nbcc: all@example.com", "a\u200bna@example.com", "ana@x.com@example.com",
        ".ana@example.com", "ana.@example.com", "a..na@example.com", "ana@xn--a.example", "ana@☃.example",
        "a@[127.0.0.1]", '"ana"@example.com', "ana@localhost", "ana@x.local", "Ana <ana@x.com>", "ana@example.com.",
        "a" * 65 + "@example.com", "a@" + "b." * 130 + "com", "<ana@example.com>", "ana\x00@example.com", "\ud800@x.co",
    ],
)  # fmt: skip
def test_an_invalid_address_is_rejected(typed: str) -> None:
    with pytest.raises(ValueError, match="e-mail address"):
        normalize_email(typed)


LABELS = st.from_regex(r"[a-zäöüßçéñøæšžабвгдαβγδ日本語中文]{1,12}", fullmatch=True)
DOMAINS = st.builds("{}.{}".format, LABELS, LABELS)
LOCAL_PARTS = st.from_regex(r"[^\s@]{1,20}", fullmatch=True) | st.from_regex(r"[a-z0-9éüØÅ._+-]{1,20}", fullmatch=True)


def normalized(typed: str) -> str | None:
    try:
        return normalize_email(typed)
    except ValueError:
        return None


@given(LOCAL_PARTS, DOMAINS)
def test_normalisation_is_idempotent(local: str, domain: str) -> None:
    stored = normalized(f"{local}@{domain}")
    assume(stored is not None)
    assert stored is not None
    assert normalize_email(stored) == stored
    assert unicodedata.is_normalized("NFC", stored)


@given(LOCAL_PARTS, DOMAINS)
def test_all_spellings_of_an_address_have_one_form(local: str, domain: str) -> None:
    """Unicode and Punycode, composed and decomposed, upper and lower case."""
    try:
        punycode = ".".join(idna.alabel(label).decode() for label in domain.split("."))
    except idna.IDNAError:
        punycode = ""
    assume(punycode)
    forms = {
        normalized(f"{spelled}@{host}")
        for spelled in (local, unicodedata.normalize("NFD", local), local.lower())
        for host in (domain, unicodedata.normalize("NFD", domain), punycode, punycode.upper())
    }
    assert len(forms) == 1


@pytest.mark.parametrize("name", ["Pacific/Auckland", "UTC", "America/Argentina/Buenos_Aires"])
def test_iana_time_zones_are_accepted(name: str) -> None:
    assert check_timezone(name) == name


@pytest.mark.parametrize(
    "name", ["", "Auckland", "pacific/auckland", "UTC+12", "/etc/passwd", "../UTC", "localtime", "Pacific/Auckland\x00"]
)
def test_other_time_zones_are_rejected(name: str) -> None:
    with pytest.raises(ValueError, match="IANA"):
        check_timezone(name)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.com",
        "http://example.com:8080/a/b?c=d#e",
        "http://127.0.0.1:9000/",
        "https://bücher.example",
        "https://[::1]/",
        "http://localhost:1",
    ],
)
def test_website_addresses_are_accepted(url: str) -> None:
    assert check_website_url(f" {url} ") == url


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://example.com./", "http://example.com/"),
        ("https://example.com.:8443/a.?b=c.", "https://example.com:8443/a.?b=c."),
        ("https://example.com.", "https://example.com"),
    ],
)
def test_the_dot_that_may_end_a_host_name_is_not_kept(url: str, kept: str) -> None:
    assert check_website_url(url) == kept


@pytest.mark.parametrize(
    "url",
    [
        "", "example.com", "https://example.com..", "https://.",
        "ftp://example.com", "javascript:alert(1)", "https://", "https:///path", "https://user@example.com",
        "https://example.com:99999", "https://exa mple.com", "https://example.com/\r\nX: y", "https://[::1", "file:///etc/passwd",
        "https://example.com/" + "a" * 2048, "https://exam\\ple.com", "https://example.com/<script>",
    ],
)  # fmt: skip
def test_other_website_addresses_are_rejected(url: str) -> None:
    with pytest.raises(ValueError, match="website address"):
        check_website_url(url)


@given(st.text(max_size=100))
def test_any_text_is_accepted_or_raises_value_error(text: str) -> None:
    for check in (check_website_url, normalize_email, check_timezone):
        with contextlib.suppress(ValueError):
            check(text)
