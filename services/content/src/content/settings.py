from typing import Annotated, Literal, cast

from common.runtime.settings import BaseUrl, ServiceSettings
from pulseworks_contracts import LIMITS
from pydantic import AfterValidator, Field, SecretStr

from content.clients.website.targets import parse_allowed_hosts

_INSTAGRAM = LIMITS["INSTAGRAM"]


def _checked_hosts(text: str) -> str:
    parse_allowed_hosts(text)
    return text


class ContentSettings(ServiceSettings):
    openai_base_url: BaseUrl = "https://api.openai.com/v1"
    openai_api_key: SecretStr
    openai_model: str = "gpt-4o-mini"
    """Configurable because OpenAI shuts models down (this one on 2027-01-14); no code may depend on one model."""
    openai_timeout_seconds: float = Field(default=45, gt=0)
    openai_input_price: float = Field(
        default=0.15, ge=0, description="US dollars for a million input tokens of the model. For the metrics alone."
    )
    openai_cached_input_price: float = Field(default=0.075, ge=0, description="The same for cached input tokens.")
    openai_output_price: float = Field(default=0.60, ge=0, description="The same for output tokens.")

    s3_endpoint_url: BaseUrl | None = None
    """None: Amazon S3."""
    s3_bucket: str
    s3_region: str = "us-east-1"
    s3_public_base_url: BaseUrl
    """The bucket's public URL, from which providers fetch images; without a trailing slash."""
    s3_object_acl: Literal["public-read"] | None = None
    """None: the bucket's policy decides who may read. R2 has no object ACLs."""
    aws_access_key_id: SecretStr
    aws_secret_access_key: SecretStr

    website_allowed_hosts: Annotated[str, AfterValidator(_checked_hosts)] = ""
    """Development only: `host:port` pairs that the website fetcher may reach although they are not public."""

    generation_concurrency: int = Field(default=3, ge=1, le=100)
    """Concurrent generations in this replica, each of a different account."""
    caption_concurrency: int = Field(default=12, ge=1, le=100)
    """Concurrent captions within one generation."""
    rendering_threads: int = Field(default=2, ge=1, le=64)
    months_ahead: int = Field(
        default=12, ge=0, le=120, description="How many months after the present one a brief may be for."
    )
    model_calls_per_day: int | None = Field(
        default=None,
        ge=0,
        description="The budget of the whole installation: calls of the language model on one day (UTC). When it is "
        "spent, nothing is written until the next day. Default: no limit.",
    )
    generations_per_hour: int = Field(
        default=12, ge=1, description="Generations and retries that one account may start within an hour."
    )
    changes_per_hour: int = Field(
        default=60,
        ge=1,
        description="Rewrites, new pictures and readings of the website that one account may start within an hour.",
    )
    model_calls_per_post: int = Field(
        default=25, ge=1, description="Calls of the language model in a billing period, for each post of the plan."
    )
    pictures_per_post: int = Field(
        default=10, ge=1, description="Pictures drawn or uploaded in a billing period, for each post of the plan."
    )
    website_readings_per_month: int = Field(
        default=30, ge=1, description="Readings of the website in a billing period."
    )
    picture_grace_days: int = Field(
        default=31,
        ge=1,
        description="How long a picture is kept after nothing uses it any more. Longer than an event may take to "
        "arrive: one of the scheduler may say that it is in use.",
    )
    progress_days: int = Field(default=30, ge=1, description="How long the progress of a generation is kept.")
    usage_days: int = Field(
        default=400, ge=62, description="How long entries of the usage ledger are kept. Debts older than this lapse."
    )

    instagram_hashtags: int = Field(default=cast("int", _INSTAGRAM.max_hashtags), ge=0, le=30)
    instagram_mentions: int = Field(default=cast("int", _INSTAGRAM.max_mentions), ge=0, le=30)

    @property
    def allowed_hosts(self) -> frozenset[tuple[str, int]]:
        return parse_allowed_hosts(self.website_allowed_hosts)
