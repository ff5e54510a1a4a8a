from common.http.client_address import AddressHeader
from common.runtime.settings import BaseUrl, Networks, Origins, ProcessSettings
from pydantic import Field

SERVICES = ("identity", "billing", "content", "scheduler", "publisher")


class GatewaySettings(ProcessSettings):
    identity_url: BaseUrl
    billing_url: BaseUrl
    content_url: BaseUrl
    scheduler_url: BaseUrl
    publisher_url: BaseUrl
    operations_port: int = Field(default=8001, ge=0, le=65535)
    """Port for `/livez`, `/readyz` and `/metrics`. PORT, which strangers reach, serves only the first of them."""
    trusted_proxies: Networks = ()
    """Networks of the proxies in front of the gateway. Only they are believed when they name their client."""
    trusted_proxy_header: AddressHeader = "any"
    """The header in which they name it. With `any`, a request that has both uses them only if they agree."""
    max_connections_per_client: int | None = Field(default=256, gt=0)
    """Connections from one IPv4 address or IPv6 /64. It does not apply to TRUSTED_PROXIES."""
    web_origins: Origins = ()
    """Origins whose pages may call the API from a browser (CORS)."""
    web_credentials: bool = False
    """Whether those pages may send cookies and the browser's own credentials. The API itself needs neither."""
    hsts_seconds: int = Field(default=0, ge=0)
    """For how long browsers use https only. 0: no header, as in development."""
    max_body_bytes: int = Field(default=12 * 1024 * 1024, gt=0)
    """Largest request body in bytes. Services have lower limits."""
    upstream_connect_seconds: float = Field(default=2.0, gt=0)
    upstream_silence_seconds: float = Field(default=30.0, gt=16)
    """How long a service may send nothing. Must exceed the 15 s between the pings of an event stream."""

    @property
    def proxies(self) -> Networks:
        return self.trusted_proxies

    @property
    def upstreams(self) -> dict[str, str]:
        return {service: getattr(self, f"{service}_url") for service in SERVICES}

    @property
    def jwks_url(self) -> str:
        return f"{self.identity_url}/.well-known/jwks.json"
