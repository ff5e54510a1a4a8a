"""Hashtags: one rule for the editor, the model's answers, the preflight check and the count."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulseworks_contracts import clean_hashtag, hashtags_in, mentions_in, without_duplicates


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("#Desk", "Desk"),
        (" Desk ", "Desk"),
        ("Café", "Café"),
        ("ko\u0304whai", "kōwhai"),
        ("हिन्दी", "हिन्दी"),
        ("தமிழ்", "தமிழ்"),
        ("ภาษาไทย", "ภาษาไทย"),
        ("نیم\u200cروز", "نیم\u200cروز"),
        ("日本", "日本"),
        ("＃日本", "日本"),
        ("3D", "3D"),
        ("_a", "_a"),
        ("a_1", "a_1"),
    ],
)
def test_a_hashtag_is_an_identifier_in_any_script(text: str, clean: str) -> None:
    assert clean_hashtag(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#",
        "123",
        "٣",
        "_",
        "a b",
        "a-b",
        "a#b",
        "🙂",
        "#a!",
        "a\u200b",
        "\u200ca",
        "\u0301a",
        "#️⃣",
        "\u3164",
        "a\u3164",
    ],
)
def test_other_text_is_no_hashtag(text: str) -> None:
    with pytest.raises(ValueError, match="not a hashtag"):
        clean_hashtag(text)


@given(st.text(st.sampled_from("aÉ\u0301\u200c_1क्षि日#＃ -🎉"), max_size=8))
def test_what_is_accepted_counts_as_one_hashtag_in_normal_form(text: str) -> None:
    try:
        tag = clean_hashtag(text)
    except ValueError:
        return
    assert hashtags_in(f"Read this: #{tag} now") == [tag]
    assert clean_hashtag(f"#{tag}") == unicodedata.normalize("NFC", tag) == tag


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We are #1 in Nelson, #2024, #1️⃣", []),
        ("#2024goals #1st", ["2024goals", "1st"]),
        ("https://ex.nz/#book HTTP://EX.NZ/#b www.ex.nz/a?b#c ex.nz/#d ex.nz#e “ex.nz/#f”", []),
        ("See (https://ex.nz/#book)#now, and https://ex.nz/#book\n#then", ["now", "then"]),
        ("#a#b#c", ["a", "b", "c"]),
        ("hello#you Nice.#it", ["you", "it"]),
        ("(#a) #b, #c. ＃d", ["a", "b", "c", "d"]),
        ("#हिन्दी #kōwhai #日本語", ["हिन्दी", "kōwhai", "日本語"]),
        ("#🎉 #party🎉time", ["🎉", "party🎉time"]),
        ("&#39;it&#x27;s&#39; C# F#! # a #", []),
        ("me@ex.nz", []),
    ],
)
def test_hashtags_are_counted_at_least_as_strictly_as_a_platform_does(text: str, found: list[str]) -> None:
    assert hashtags_in(text) == found


def test_a_hashtag_appears_once_whatever_its_case_and_form() -> None:
    assert without_duplicates(["Kōwhai", "ko\u0304whai", "KŌWHAI", "Tui"]) == ["Kōwhai", "Tui"]


def test_addresses_mention_nobody() -> None:
    assert mentions_in("me@ex.nz https://medium.com/@a ex.nz/@b (@c) @d, Kia ora @e!") == ["c", "d", "e"]


@pytest.mark.parametrize(
    "piece", ["x", "-", "a.", "a-", "-a.", "#", "#a", "@", "@a", "www.", "http:", "a@b.", "x://", "é"]
)
def test_a_long_text_is_read_in_proportion_to_its_length(piece: str) -> None:
    """63,206 characters is what Facebook allows. The slowest of these took half a minute without bounds."""
    text = (piece * 63_206)[:63_206]
    started = time.thread_time()
    hashtags_in(text)
    mentions_in(text)
    assert time.thread_time() - started < 3
