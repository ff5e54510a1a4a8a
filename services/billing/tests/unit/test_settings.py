import pytest
from billing.clients.stripe.signature import WebhookSecret
from billing.settings import BillingSettings
from common.runtime.settings import load_settings
from pydantic import SecretStr, ValidationError

COMPLETE = {
    "AMQP_URL": "amqp://127.0.0.1:1/",
    "DATABASE_URL": "postgresql://billing:p@127.0.0.1:1/d",
    "IDENTITY_JWKS_URL": "http://127.0.0.1:1",
    "STRIPE_API_KEY": "sk_test_1",
    "STRIPE_WEBHOOK_SECRET": "whsec_1",
}


def load(monkeypatch: pytest.MonkeyPatch, **changes: str) -> BillingSettings:
    for name, value in {**COMPLETE, **changes}.items():
        monkeypatch.setenv(name, value)
    return load_settings(BillingSettings)


def test_defaults_are_stripe_and_the_sandbox_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch)

    assert settings.stripe_base_url == "https://api.stripe.com"
    assert (settings.price_essential, settings.price_posting) == ("price_essential_monthly", "price_posting_monthly")


@pytest.mark.invariant("M1")
@pytest.mark.parametrize("name", ["STRIPE_WEBHOOK_SECRET", "STRIPE_API_KEY"])
@pytest.mark.parametrize("value", ["", " ", "\n\t"])
def test_a_blank_secret_is_rejected_with_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        load(monkeypatch, **{name: value})

    assert stopped.value.code == 2
    assert name in capsys.readouterr().err


@pytest.mark.invariant("M1")
@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_a_blank_webhook_secret_is_rejected(blank: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        WebhookSecret(SecretStr(blank))


def test_two_products_must_not_share_a_price(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**COMPLETE, "PRICE_GROWTH": "price_1", "PRICE_POSTING": "price_1"}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError, match="must differ"):
        BillingSettings.load()


@pytest.mark.parametrize("hosts", ["https://a.example", "a.example/path", "user@a.example", "a.example:port", "a b"])
def test_an_invalid_redirect_host_is_rejected(monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
    with pytest.raises(SystemExit):
        load(monkeypatch, REDIRECT_ALLOWED_HOSTS=hosts)


@pytest.mark.parametrize("prices", ["price_growth_monthly", "price_a,price_a", "price_a, price_essential_monthly"])
def test_a_former_price_must_differ_from_all_others(monkeypatch: pytest.MonkeyPatch, prices: str) -> None:
    with pytest.raises(SystemExit):
        load(monkeypatch, FORMER_PRICES_ESSENTIAL=prices)


@pytest.mark.parametrize(
    ("key", "livemode"),
    [("sk_test_1", False), ("rk_test_1", False), ("sk_live_1", True), ("rk_live_1", True), ("offline", None)],
)
def test_the_api_key_says_its_mode(monkeypatch: pytest.MonkeyPatch, key: str, livemode: bool | None) -> None:
    assert load(monkeypatch, STRIPE_API_KEY=key).stripe_livemode is livemode
