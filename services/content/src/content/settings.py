from typing import Annotated, Literal, cast

from common.runtime.settings import BaseUrl, ServiceSettings
from pulseworks_contracts import LIMITS
from pydantic import AfterValidator, Field, SecretStr

from content.clients.website import parse_allowed_hosts

__all__ = ["ContentSettings"]

_INSTAGRAM = LIMITS["INSTAGRAM"]


def _hosts(text: str) -> str:
    parse_allowed_hosts(text)
    return text


class ContentSettings(ServiceSettings):
    openai_base_url: BaseUrl = "https://api.openai.com/v1"
    openai_api_key: SecretStr
    openai_model: str = "gpt-4o-mini"
    """By configuration: models are shut down, this one on 2027-01-14, and nothing may depend on it."""
    openai_timeout_seconds: float = Field(default=45, gt=0)

    s3_endpoint_url: BaseUrl | None = None
    """None: Amazon's own."""
    s3_bucket: str
    s3_region: str = "us-east-1"
    s3_public_base_url: BaseUrl
    """Where the providers fetch images from: the bucket's public address, without a trailing slash."""
    s3_object_acl: Literal["public-read"] | None = None
    """None: the bucket's own policy decides who may read (R2 knows no object rights at all)."""
    aws_access_key_id: SecretStr
    aws_secret_access_key: SecretStr

    website_allowed_hosts: Annotated[str, AfterValidator(_hosts)] = ""
    """For development only: `host:port` pairs that the website fetcher may reach although they are not public."""

    generation_concurrency: int = Field(default=3, ge=1, le=100)
    """Generations at once in this replica, each of another account."""
    caption_concurrency: int = Field(default=12, ge=1, le=100)
    """Captions of one generation at once."""
    rendering_threads: int = Field(default=2, ge=1, le=64)
    instagram_hashtags: int = Field(default=cast("int", _INSTAGRAM.max_hashtags), ge=0, le=30)
    instagram_mentions: int = Field(default=cast("int", _INSTAGRAM.max_mentions), ge=0, le=30)

    @property
    def allowed_hosts(self) -> frozenset[tuple[str, int]]:
        return parse_allowed_hosts(self.website_allowed_hosts)
