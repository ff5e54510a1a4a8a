from common.runtime.settings import BaseUrl, ProcessSettings
from pydantic import Field

SERVICES = ("identity", "billing", "content", "scheduler", "publisher")


class GatewaySettings(ProcessSettings):
    identity_url: BaseUrl
    billing_url: BaseUrl
    content_url: BaseUrl
    scheduler_url: BaseUrl
    publisher_url: BaseUrl
    max_body_bytes: int = Field(default=12 * 1024 * 1024, gt=0)
    """Largest request body in bytes. Services have lower limits."""
    upstream_connect_seconds: float = Field(default=2.0, gt=0)
    upstream_silence_seconds: float = Field(default=30.0, gt=16)
    """How long a service may send nothing. Must exceed the 15 s between the pings of an event stream."""

    @property
    def upstreams(self) -> dict[str, str]:
        return {service: getattr(self, f"{service}_url") for service in SERVICES}

    @property
    def jwks_url(self) -> str:
        return f"{self.identity_url}/.well-known/jwks.json"
