from itertools import pairwise

import pytest
from content.rendering.characters import clean
from content.rendering.fonts import Face, has_glyph
from content.rendering.text import ELLIPSIS, Style, break_lines, fit, headline_sizes, measure, shorten
from hypothesis import given
from hypothesis import strategies as st

BLACK = Style(Face.SANS_BLACK, leading=1.0)
WIDTH = 904

VOCABULARY = "a of the pão whānau Donaudampfschifffahrt été — 20 % ? I"
TEXTS = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(VOCABULARY.split()), max_size=60).map(" ".join))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Fresh bread today 🥖 ✨", "Fresh bread today"),
        ("👩‍👩‍👧‍👦 family ❤️", "family"),
        ("whānau me ngā tamariki", "whānau me ngā tamariki"),
        ("Ōtāhuhu, São João, l'été, Straße", "Ōtāhuhu, São João, l’été, Straße"),
        ("Cafe\u0301 wha\u0304nau", "Café whānau"),
        ('He said "come in" - twice...', "He said “come in” – twice…"),
        ("it's Jo's 'best' day", "it’s Jo’s ‘best’ day"),
        ("two\n\n lines\tand\u00a0more\u200b", "two lines and more"),
        ("日本語", ""),
    ],
)
def test_text_is_cleaned_for_display(text: str, shown: str) -> None:
    assert clean(text, Face.SANS) == shown


@pytest.mark.parametrize("face", list(Face))
def test_every_face_has_the_letters_of_the_supported_languages(face: Face) -> None:
    letters = "abcxyzÀàâãáçéêíóôõúüÇÉñß ĀāĒēĪīŌōŪū €“”‘’–—…•0123456789%&!?"
    assert [letter for letter in letters if letter != " " and not has_glyph(face, letter)] == []


def test_lines_are_balanced_and_end_well() -> None:
    words = ["A", "manhã", "começa", "com", "pão", "quente", "e", "um", "café", "à", "janela"]
    assert break_lines(words, BLACK, 110, WIDTH) == ("A manhã começa", "com pão quente", "e um café à janela")


def test_widows_are_avoided() -> None:
    lines = break_lines(
        ["Three", "stretches", "before", "your", "first", "very", "hot", "coffee", "now"], BLACK, 100, WIDTH
    )
    assert lines is not None
    assert len(lines[-1].split()) > 1


def test_a_dash_never_starts_a_line() -> None:
    setting = fit(
        "The whole family — and friends — come for bread !", BLACK, width=420, height=900, sizes=(90, 60), max_lines=9
    )
    assert not any(line[0] in "—!" for line in setting.lines)


@given(text=TEXTS, width=st.integers(300, 904), height=st.integers(120, 700), max_lines=st.integers(1, 7))
def test_any_text_stays_in_its_box(text: str, width: int, height: int, max_lines: int) -> None:
    setting = fit(text, BLACK, width=width, height=height, sizes=(148, 58), max_lines=max_lines)
    assert len(setting.lines) <= max_lines
    assert setting.height <= height
    assert all(0 < measure(line, BLACK, setting.size) <= width for line in setting.lines)


@given(text=TEXTS)
def test_only_the_end_is_cut_and_marked_with_an_ellipsis(text: str) -> None:
    setting = fit(text, BLACK, width=600, height=300, sizes=(100, 58), max_lines=4)
    shown, whole = " ".join(setting.lines), clean(text, Face.SANS_BLACK)
    assert shown == whole or ELLIPSIS in shown


@given(text=TEXTS)
def test_a_larger_box_never_shrinks_the_font(text: str) -> None:
    sizes = [fit(text, BLACK, width=width, height=500, sizes=(148, 58), max_lines=6).size for width in (400, 650, 904)]
    for smaller, larger in pairwise(sizes):
        assert larger >= smaller * 0.7


@given(text=st.text(max_size=120), width=st.integers(60, 500))
def test_a_shortened_line_fits(text: str, width: int) -> None:
    assert measure(shorten(text, BLACK, 30, width), BLACK, 30) <= width


def test_a_long_name_is_cut_after_a_word() -> None:
    assert shorten("The Family Business of Wellington and Sons", BLACK, 34, 480) == "The Family Business of…"


def test_short_headlines_may_be_larger() -> None:
    assert headline_sizes("Kia ora", (100, 50)) == (160, 50)
    assert headline_sizes("Three stretches before coffee", (100, 50)) == (100, 50)
