import pytest
from sandbox.stack.environment import Outside, Part
from sandbox.stack.errors import PrerequisiteError


def test_nothing_set_means_all_our_own() -> None:
    outside = Outside({"PATH": "/bin", "DATABASE_URL": "", "AWS_ACCESS_KEY_ID": "for something else"})

    assert [part for part in Part if outside.replaces(part)] == []
    assert outside.warnings() == []


@pytest.mark.parametrize(
    ("variable", "part"),
    [
        ("DATABASE_URL", Part.POSTGRES),
        ("AMQP_URL", Part.RABBITMQ),
        ("S3_ENDPOINT_URL", Part.STORAGE),
        ("S3_BUCKET", Part.STORAGE),
        ("OPENAI_API_KEY", Part.OPENAI),
        ("OPENAI_BASE_URL", Part.OPENAI),
        ("AYRSHARE_API_KEY", Part.AYRSHARE),
        ("STRIPE_API_KEY", Part.STRIPE),
    ],
)
def test_one_variable_switches_its_part_and_no_other(variable: str, part: Part) -> None:
    outside = Outside({variable: "x"})

    assert [found for found in Part if outside.replaces(found)] == [part]
    assert outside.switches(part) == [variable]


def test_a_key_alone_means_the_real_provider() -> None:
    outside = Outside({"OPENAI_API_KEY": "sk-real", "AYRSHARE_API_KEY": "key", "STRIPE_API_KEY": "sk_live"})

    assert outside.provider(Part.OPENAI) == {
        "OPENAI_BASE_URL": "https://api.openai.com/v1",
        "OPENAI_API_KEY": "sk-real",
    }
    assert outside.provider(Part.AYRSHARE)["AYRSHARE_BASE_URL"] == "https://api.ayrshare.com/api"
    assert outside.provider(Part.STRIPE)["STRIPE_BASE_URL"] == "https://api.stripe.com"


def test_a_model_server_of_ones_own_needs_no_key() -> None:
    assert Outside({"OPENAI_BASE_URL": "http://gpu:8001/v1"}).provider(Part.OPENAI) == {
        "OPENAI_BASE_URL": "http://gpu:8001/v1",
        "OPENAI_API_KEY": "none",
    }


def test_an_address_without_its_key_is_refused() -> None:
    with pytest.raises(PrerequisiteError, match="STRIPE_API_KEY is not"):
        Outside({"STRIPE_BASE_URL": "https://proxy"}).provider(Part.STRIPE)


def test_an_outside_bucket_needs_its_other_variables() -> None:
    with pytest.raises(PrerequisiteError, match="also needs S3_PUBLIC_BASE_URL, AWS_SECRET_ACCESS_KEY"):
        Outside({"S3_BUCKET": "ours", "AWS_ACCESS_KEY_ID": "id"}).storage()


def test_a_real_publisher_that_cannot_fetch_local_images_is_warned_about() -> None:
    warnings = Outside({"AYRSHARE_API_KEY": "key", "AYRSHARE_WEBHOOK_SECRET": "s"}).warnings()

    assert len(warnings) == 1
    assert "S3_ENDPOINT_URL" in warnings[0]
