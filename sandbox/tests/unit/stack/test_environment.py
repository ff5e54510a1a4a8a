import pytest
from sandbox.stack.environment import Component, ExternalServices
from sandbox.stack.errors import PrerequisiteError


def test_without_variables_all_components_are_local() -> None:
    external = ExternalServices({"PATH": "/bin", "DATABASE_URL": "", "AWS_ACCESS_KEY_ID": "for something else"})

    assert [component for component in Component if external.replaces(component)] == []
    assert external.warnings() == []


@pytest.mark.parametrize(
    ("variable", "component"),
    [
        ("DATABASE_URL", Component.POSTGRES),
        ("AMQP_URL", Component.RABBITMQ),
        ("S3_ENDPOINT_URL", Component.STORAGE),
        ("S3_BUCKET", Component.STORAGE),
        ("OPENAI_API_KEY", Component.OPENAI),
        ("OPENAI_BASE_URL", Component.OPENAI),
        ("AYRSHARE_API_KEY", Component.AYRSHARE),
        ("STRIPE_API_KEY", Component.STRIPE),
    ],
)
def test_one_variable_replaces_its_component_and_no_other(variable: str, component: Component) -> None:
    external = ExternalServices({variable: "x"})

    assert [found for found in Component if external.replaces(found)] == [component]
    assert external.switches(component) == [variable]


def test_a_key_alone_selects_the_real_provider() -> None:
    external = ExternalServices({"OPENAI_API_KEY": "sk-real", "AYRSHARE_API_KEY": "key", "STRIPE_API_KEY": "sk_live"})

    assert external.provider(Component.OPENAI) == {
        "OPENAI_BASE_URL": "https://api.openai.com/v1",
        "OPENAI_API_KEY": "sk-real",
    }
    assert external.provider(Component.AYRSHARE)["AYRSHARE_BASE_URL"] == "https://api.ayrshare.com/api"
    assert external.provider(Component.STRIPE)["STRIPE_BASE_URL"] == "https://api.stripe.com"


def test_a_local_model_server_needs_no_key() -> None:
    assert ExternalServices({"OPENAI_BASE_URL": "http://gpu:8001/v1"}).provider(Component.OPENAI) == {
        "OPENAI_BASE_URL": "http://gpu:8001/v1",
        "OPENAI_API_KEY": "none",
    }


def test_an_address_without_its_key_is_refused() -> None:
    with pytest.raises(PrerequisiteError, match="STRIPE_API_KEY is not"):
        ExternalServices({"STRIPE_BASE_URL": "https://proxy"}).provider(Component.STRIPE)


def test_an_external_bucket_needs_its_other_variables() -> None:
    with pytest.raises(PrerequisiteError, match="also needs S3_PUBLIC_BASE_URL, AWS_SECRET_ACCESS_KEY"):
        ExternalServices({"S3_BUCKET": "ours", "AWS_ACCESS_KEY_ID": "id"}).storage()


def test_a_real_ayrshare_with_local_storage_is_warned_about() -> None:
    warnings = ExternalServices({"AYRSHARE_API_KEY": "key", "AYRSHARE_WEBHOOK_SECRET": "s"}).warnings()

    assert len(warnings) == 1
    assert "S3_ENDPOINT_URL" in warnings[0]
