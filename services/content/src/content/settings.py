from typing import Annotated

from common.settings import BaseUrl, ServiceSettings
from pydantic import AfterValidator, Field, SecretStr

__all__ = ["ContentSettings"]


def _hosts(text: str) -> str:
    for part in filter(None, (part.strip() for part in text.split(","))):
        host, _, port = part.rpartition(":")
        if not host or not port.isdigit():
            raise ValueError("must look like 127.0.0.1:8080,localhost:3000")
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
    aws_access_key_id: SecretStr
    aws_secret_access_key: SecretStr

    website_allowed_hosts: Annotated[str, AfterValidator(_hosts)] = ""
    """For development only: `host:port` pairs that the website fetcher may reach although they are not public."""

    generation_concurrency: int = Field(default=3, ge=1, le=100)
    """Generations at once in this replica."""
    caption_concurrency: int = Field(default=12, ge=1, le=100)
    """Captions of one generation at once."""
    rendering_threads: int = Field(default=2, ge=1, le=64)
    instagram_hashtags: int = Field(default=5, ge=0, le=30)
    """Ayrshare's documentation says 5; an older copy said 30."""

    @property
    def allowed_hosts(self) -> frozenset[tuple[str, int]]:
        pairs = (part.strip().rpartition(":") for part in self.website_allowed_hosts.split(",") if part.strip())
        return frozenset((host, int(port)) for host, _, port in pairs)
