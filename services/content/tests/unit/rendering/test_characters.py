"""A picture shows each text whole or not at all."""

import unicodedata

import pytest
from content.rendering.characters import clean, face_for, missing_characters
from content.rendering.fonts import Face, has_glyph
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("10‑20 % off, 7‑9 pm", "10-20 % off, 7-9 pm"),
        ("5‐6 ‒ – — ― −7", "5-6 ‒ – — ― −7"),
        ("20\u00a0%\u202foff\u2009now\u3000!", "20 % off now !"),
        ("1½ cups, 1⅓ l, 10² m, 5′ 10″", "1½ cups, 1⅓ l, 10² m, 5′ 10″"),
        ("1⅘ 2⅝", "1⅘ 2⅝"),
        ("‛so‟", "‘so“"),
        ("ﬁne ǆ ㎏ ℃", "ﬁne dž kg °C"),
        ("Ⅷ ① 1️⃣ 𝐁𝐨𝐥𝐝", "VIII (1) 1 Bold"),
        ("１０％　ＯＦＦ！", "10% OFF!"),
        ("「Kia ora」、tea。", "“Kia ora”,tea."),
        ("✅ Done", "✓ Done"),
        ("co\u00adoperate a\u200bb \u202ac\u202c", "cooperate ab c"),
        ("Καλημέρα Привет ẹ́kọ", "Καλημέρα Привет ẹ́kọ"),
    ],
)
def test_a_character_without_a_glyph_is_shown_by_one_that_means_the_same(text: str, shown: str) -> None:
    assert clean(text, Face.SANS) == shown


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("日本語", "日本語"),
        ("Café 日本", "日本"),
        ("नमस्ते", "नमस्\u094dते"),
        ("שלום", "שלום"),
        ("مرحبا", "مرحبا"),
        ("10⁻³ m", "⁻"),
        ("A\u0338 B", "\u0338"),
        ("\ue000", "\ue000"),
        ("100円", "円"),
    ],
)
def test_a_text_with_another_character_is_not_shown_at_all(text: str, missing: str) -> None:
    assert clean(text, Face.SANS) == ""
    assert set(missing_characters(text)) == set(missing)


@pytest.mark.parametrize("text", ["🎉 Open", "Open 🎉✨", "👩‍👩‍👧‍👦🇳🇿 Open ❤️", "👍🏽 Open \U0001fae9"])
def test_emoji_at_the_edges_are_left_out(text: str) -> None:
    assert clean(text, Face.SANS) == "Open"


@pytest.mark.parametrize("text", ["I ❤️ NZ", "Fresh 🥖 today", "🎉", "❤"])
def test_a_text_with_an_emoji_in_place_of_a_word_is_not_shown(text: str) -> None:
    assert clean(text, Face.SANS) == ""
    assert missing_characters(text)


def test_another_face_shows_what_a_face_lacks() -> None:
    assert face_for("Ἀθῆναι", Face.SERIF_BOLD) is Face.SANS_BOLD
    assert face_for("₿ 5", Face.SANS) in {Face.SERIF, Face.SERIF_BOLD}
    assert face_for("Whānau", Face.SERIF) is Face.SERIF
    assert missing_characters("₿ 5") == ()


def test_a_mark_that_a_face_lacks_has_no_glyph() -> None:
    """Raqm puts it on a dotted circle, which would look like a glyph (H13)."""
    assert not any(has_glyph(Face.SANS, mark) for mark in "\u093f\u094d\u0e34\u0b82\u064e\u05b8")


LETTERS = st.text(
    st.sampled_from("aÉß1٣²ⅧĳﬁǆＡ①㎏½⅓日न\u093f\u0301\u0338‑‐ -−’'\"…🎉❤\ufe0f\u200d\u200b\u00ad\u00a0%&")
    | st.characters(),
    max_size=12,
)


@given(LETTERS, st.sampled_from(Face))
def test_no_letter_or_digit_is_lost(text: str, face: Face) -> None:
    shown = clean(text, face)
    if shown:
        assert _letters(shown) == _letters(text)


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c)[0] in "LN")
