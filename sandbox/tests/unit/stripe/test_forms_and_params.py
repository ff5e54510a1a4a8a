from typing import Any

import pytest
from sandbox.stripe.errors import StripeError
from sandbox.stripe.forms import decode
from sandbox.stripe.params import check
from stripe.params import CustomerCreateParams, SubscriptionUpdateParams
from stripe.params.checkout import SessionCreateParams


def refused(model: Any, form: str) -> dict[str, Any]:
    with pytest.raises(StripeError) as error:
        check(model, decode(form))
    assert error.value.status == 400
    return error.value.error


@pytest.mark.parametrize(
    ("form", "tree"),
    [
        ("a=1&b=", {"a": "1", "b": ""}),
        ("m[x]=1&m[y][z]=2", {"m": {"x": "1", "y": {"z": "2"}}}),
        ("l[1][p]=b&l[0][p]=a&l[10][p]=c", {"l": [{"p": "a"}, {"p": "b"}, {"p": "c"}]}),
        ("expand[]=a&expand[]=b", {"expand": ["a", "b"]}),
        ("m[user id]=%C3%A9%20%26", {"m": {"user id": "é &"}}),
    ],
)
def test_brackets_become_nested_values(form: str, tree: dict[str, Any]) -> None:
    assert decode(form) == tree


@pytest.mark.parametrize("form", ["a=1&a=2", "a=1&a[b]=2", "[a]=1", "a[b=1"])
def test_contradictory_forms_are_refused(form: str) -> None:
    with pytest.raises(StripeError):
        decode(form)


def test_numbers_and_booleans_get_their_types() -> None:
    form = "items[0][id]=si_1&items[0][deleted]=true&items[1][price]=p&items[1][quantity]=2&trial_end=now"
    assert check(SubscriptionUpdateParams, decode(form)) == {
        "items": [{"id": "si_1", "deleted": True}, {"price": "p", "quantity": 2}],
        "trial_end": "now",
    }


@pytest.mark.parametrize(
    ("form", "code", "param"),
    [
        ("mode=subscription&colour=red", "parameter_unknown", "colour"),
        ("line_items[0][prize]=p", "parameter_unknown", "line_items[0][prize]"),
        ("subscription_data[metadata][a]=1&subscription_data[x]=1", "parameter_unknown", "subscription_data[x]"),
        ("line_items[0][quantity]=two", "parameter_invalid_integer", "line_items[0][quantity]"),
        ("automatic_tax[liability][type]=self", "parameter_missing", "automatic_tax[enabled]"),
        ("mode=subscribe", None, "mode"),
        ("ui_mode=hosted", None, "ui_mode"),
        ("allow_promotion_codes=maybe", None, "allow_promotion_codes"),
        ("api_key=sk_test_x", "parameter_unknown", "api_key"),
    ],
)
def test_a_checkout_that_the_api_would_refuse(form: str, code: str | None, param: str) -> None:
    error = refused(SessionCreateParams, form)
    assert (error.get("code"), error["param"]) == (code, param)


def test_an_empty_string_can_unset_but_is_not_a_hash() -> None:
    assert check(CustomerCreateParams, decode("address=&metadata=")) == {"address": "", "metadata": ""}
    assert refused(SessionCreateParams, "subscription_data=x")["param"] == "subscription_data"
