import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from identity.passwords.errors import PasswordRefusedError
from identity.passwords.rules import _COMMON, MAX_LENGTH, MIN_LENGTH, check_password, prepare_password


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "aaaaabbbbccccde!",
        "lots of lower case",
        "пароль для булочной",
        "\U0001f511\U0001f600 keys and smiles",
    ],
)
def test_length_alone_is_sufficient(password: str) -> None:
    assert check_password(password) == prepare_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars",
        "short      " + " " * 20,
        "PassWord1234",
        "password1234",
        "correcthorsebatterystaple",
        "aaaaaaaaaaaa",
        "abababababab",
        "abcdefghijkl",
        "987654321098",
        "ana@example.com",
        "ANA@example.com1",
        "harbourbakeryharbourbakery",
        "PulseWorksPulseWorks",
        "pulseworks123",
        "tab\tin the middle",
        "line\nin the middle",
        "x" * (MAX_LENGTH + 1),
    ],
)
def test_guessable_passwords_are_rejected(password: str) -> None:
    with pytest.raises(PasswordRefusedError) as refused:
        check_password(password, context=("ana@example.com", "ana", "HarbourBakery"), field="new_password")
    assert refused.value.errors[0].field == "new_password"
    assert password not in str(refused.value)


def test_a_known_word_in_a_longer_password_is_accepted() -> None:
    check_password("ana likes fresh bread", context=("ana", "bread"))


def test_the_limits_are_inclusive() -> None:
    check_password("abcdefghijk!")
    check_password("abcde fghij " * 10 + "12345678")
    assert len("abcdefghijk!") == MIN_LENGTH
    assert len("abcde fghij " * 10 + "12345678") == MAX_LENGTH


def test_the_list_contains_only_passwords_of_sufficient_length() -> None:
    assert {word for word in _COMMON if len(word) < MIN_LENGTH or word != word.casefold()} == set()


@given(st.text(max_size=64))
def test_preparation_is_idempotent(text: str) -> None:
    prepared = prepare_password(text)
    assert prepare_password(prepared) == prepared


@given(st.text(max_size=64))
def test_all_unicode_forms_are_the_same_password(text: str) -> None:
    forms = {prepare_password(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert forms == {prepare_password(text)}
