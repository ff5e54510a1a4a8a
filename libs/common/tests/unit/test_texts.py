"""What counts as visible text, and the rules of lines and texts."""

import unicodedata
from typing import Annotated

import pytest
from common.texts import LINE, TEXT, is_visible
from hypothesis import given
from hypothesis import strategies as st
from pydantic import StringConstraints, TypeAdapter, ValidationError

LINES = TypeAdapter(Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), LINE])
TEXTS = TypeAdapter(Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), TEXT])
INVISIBLE = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u3164\u115f\uffa0\u2800\u00a0\u3000\u202e\ufe0f\u034f\u180e\U000e0041\ue000"
)


@given(st.text(st.sampled_from(INVISIBLE), min_size=1, max_size=6))
def test_text_with_nothing_visible_is_refused(text: str) -> None:
    assert not is_visible(text)
    for adapter in (LINES, TEXTS):
        if text.strip():
            with pytest.raises(ValidationError, match="visible"):
                adapter.validate_python(text)


@pytest.mark.parametrize("text", ["a", "1", "…", "日", "ไ", "🎉", "\U0001fae9", "a\u200b", "\u200bक\u094d\u200d"])
def test_a_character_that_shows_makes_a_text_visible(text: str) -> None:
    assert is_visible(text)
    assert LINES.validate_python(text)


@given(st.characters(categories=["Cc"]))
def test_controls_are_refused_except_tab_and_line_breaks_in_a_text_of_lines(control: str) -> None:
    with pytest.raises(ValidationError):
        LINES.validate_python(f"a{control}b")
    if control in "\t\n\r":
        assert TEXTS.validate_python(f"a{control}b") == f"a{control}b".replace("\r", "\n")
    else:
        with pytest.raises(ValidationError, match="control character"):
            TEXTS.validate_python(f"a{control}b")


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\r\n"])
def test_a_line_has_no_line_break(separator: str) -> None:
    with pytest.raises(ValidationError, match="one line"):
        LINES.validate_python(f"a{separator}b")


@given(st.text(st.sampled_from("aé\u0301\u0304 \n日"), max_size=12))
def test_texts_are_composed_and_stay_as_they_are(text: str) -> None:
    kept = TEXTS.validate_python(text) if is_visible(text) or not text.strip() else "a"
    assert unicodedata.is_normalized("NFC", kept)
    assert TEXTS.validate_python(kept) == kept


def test_an_empty_text_is_allowed_where_its_length_allows_it() -> None:
    assert LINES.validate_python("  ") == TEXTS.validate_python("") == ""
