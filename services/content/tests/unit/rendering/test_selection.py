"""What a picture leaves out is said, and a picture without words is not drawn."""

import pytest
from content.media.errors import TextNotDrawableError
from content.media.rules import alt_text_of, check_texts
from content.media.schemas import StoredImage
from content.rendering.design import Palette, PostDesign
from content.rendering.render import compose, render
from content.rendering.selection import NothingToDrawError, why_not_drawn

PALETTE = Palette(primary="#1f4d3a", accent="#e8a13a")
FILE = {"url": "https://media.example/a.png", "sha256": "0" * 64}


def design(**texts: str) -> PostDesign:
    return PostDesign.model_validate({"headline": "Stand up", "business_name": "Harbour", "palette": PALETTE} | texts)


def image(shown: str, notice: str | None = None) -> StoredImage:
    return StoredImage.model_validate(
        {"url": FILE["url"], "png": FILE, "jpeg": FILE, "width": 1, "height": 1, "layout": 0, "source": "DRAWN"}
        | {"shown_text": shown, "notice": notice}
    )


@pytest.mark.parametrize("index", range(5))
@pytest.mark.parametrize(
    ("texts", "shown", "named"),
    [
        ({"headline": "日本語", "subline": "Open daily"}, "Open daily", "“日本語”"),
        ({"headline": "日本語"}, "Harbour", "“日本語”"),
        ({"headline": "नमस्ते", "business_name": "नमस्ते", "domain": "ex.nz"}, "ex.nz", "“नमस्ते”"),
        ({"subline": "日本語"}, "Stand up", "second line"),
        ({"business_name": "日本整体"}, "Stand up", "business name"),
        ({"headline": "I ❤ NZ"}, "Harbour", "emoji"),
        ({"headline": "Stand up 🎉"}, "Stand up", "emoji"),
    ],
)
def test_a_text_that_can_not_be_shown_is_replaced_and_named(
    texts: dict[str, str], shown: str, named: str, index: int
) -> None:
    composition = compose(design(**texts).model_copy(update={"index": index}))

    drawn = " ".join(text.text for text in composition.texts)
    assert shown in drawn
    assert drawn.isascii() or "…" in drawn
    assert composition.notice is not None
    assert named in composition.notice


@pytest.mark.parametrize(
    "texts", [{"headline": "日本語", "business_name": "日本整体"}, {"headline": "🎉", "business_name": "\u200b"}]
)
def test_a_picture_without_words_is_not_drawn(texts: dict[str, str]) -> None:
    with pytest.raises(NothingToDrawError, match="can't show the headline"):
        compose(design(**texts))


@pytest.mark.parametrize("index", range(10))
def test_the_words_in_a_picture_are_known_from_top_to_bottom(index: int) -> None:
    texts = {"headline": "5 good reasons", "subline": "To stand up", "domain": "ex.nz", "label": "TIP"}
    rendered = render(design(**texts).model_copy(update={"index": index}))

    words = [rendered.shown_text.index(part) for part in ("TIP", "5", "good reasons", "To stand up")]
    assert words == sorted(words)
    assert {"Harbour", "ex.nz"} <= {part.rstrip(".") for part in rendered.shown_text.split()}
    assert rendered.notice is None


@pytest.mark.parametrize(
    ("proposed", "kept"),
    [
        ("A green poster with the words “Stand up” and the name Harbour.", True),
        ("The words “STAND up”, on white.", True),
        ("A stretching runner.", True),
        ("", True),
        ("The words “Sit down”.", False),
        ('The words "Sit down".', False),
        ("«Sit down»", False),
        ("Sit down, on white.", False),
    ],
)
def test_an_alternative_text_names_no_word_that_the_picture_does_not_show(proposed: str, kept: bool) -> None:
    shown = image("Stand up. Harbour.")

    found = alt_text_of(proposed, shown, texts=("Stand up", "Sit down", ""))

    assert found == (proposed if kept else "Stand up. Harbour.")
    assert alt_text_of(proposed, image("Open daily.", "The image can't show the headline.")) == "Open daily."


def test_a_person_s_text_that_can_not_be_shown_is_refused_with_its_field() -> None:
    with pytest.raises(TextNotDrawableError, match="“日本”") as raised:
        check_texts({"headline": "Café 日本", "subline": "I ❤ NZ"})
    assert [error.field for error in raised.value.errors] == ["headline", "subline"]
    check_texts({"headline": "Café – 10‑20 %", "subline": "Open 🎉"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("100円", "“円”"),
        ("10⁻³", "“⁻” (superscript minus)"),
        ("a\ue000", "the character U+E000"),
        ("I ❤ NZ", "Remove the emoji from between the words"),
        ("🎉", "Write words"),
    ],
)
def test_the_reason_names_the_character_in_words(text: str, words: str) -> None:
    assert words in (why_not_drawn("headline", text) or "")
