from typing import Any

import pytest
from common.runtime.settings import load_settings, offline_settings
from content.generations.schemas import GenerationStart
from content.media.rules import domain_of
from content.settings import ContentSettings
from pydantic import ValidationError


@pytest.mark.invariant("M4")
def test_no_host_is_allowed_by_default() -> None:
    assert offline_settings(ContentSettings).allowed_hosts == frozenset()


def test_development_hosts_are_named_with_their_port() -> None:
    settings = offline_settings(ContentSettings, {"website_allowed_hosts": "127.0.0.1:8080, localhost:3000,"})

    assert settings.allowed_hosts == {("127.0.0.1", 8080), ("localhost", 3000)}


@pytest.mark.parametrize("hosts", ["localhost", "localhost:", ":80", "localhost:http"])
def test_a_host_without_a_port_is_refused(hosts: str) -> None:
    with pytest.raises(ValidationError, match="host:port"):
        offline_settings(ContentSettings, {"website_allowed_hosts": hosts})


def test_missing_secrets_are_named_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ContentSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "")

    with pytest.raises(SystemExit) as ended:
        load_settings(ContentSettings)

    told = capsys.readouterr().err
    assert (ended.value.code, len(told.splitlines())) == (2, 1)
    for name in ("OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY", "DATABASE_URL", "S3_BUCKET"):
        assert name in told


def test_secrets_are_not_in_the_repr() -> None:
    settings = offline_settings(ContentSettings, {"openai_api_key": "sk-1", "aws_secret_access_key": "aws-2"})

    assert "sk-1" not in repr(settings)
    assert "aws-2" not in repr(settings)


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("https://www.harbour-physio.example/about", "harbour-physio.example"),
        ("harbour-physio.example", "harbour-physio.example"),
        ("http://127.0.0.1:8080/harbour-physio/", ""),
        (None, ""),
        ("", ""),
    ],
)
def test_the_domain_on_the_image(website: str | None, domain: str) -> None:
    assert domain_of(website) == domain


@pytest.mark.parametrize("wanted", [{"month": "2026-13"}, {"month": "26-12"}, {"month": "2026-12", "post_count": 0}])
def test_an_invalid_generation_request_is_refused(wanted: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        GenerationStart.model_validate(wanted)
