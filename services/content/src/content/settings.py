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
    instagram_hashtags: int = Field(default=cast("int", _INSTAGRAM.max_hashtags), ge=0, le=30)
    instagram_mentions: int = Field(default=cast("int", _INSTAGRAM.max_mentions), ge=0, le=30)

    @property
    def allowed_hosts(self) -> frozenset[tuple[str, int]]:
        return parse_allowed_hosts(self.website_allowed_hosts)
