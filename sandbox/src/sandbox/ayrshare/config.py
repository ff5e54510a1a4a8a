"""The switches of the Ayrshare stand-in, changed with `POST /_control/config`."""

from typing import Literal

from pydantic import Field

from sandbox.standin import StandInConfig


class AyrshareConfig(StandInConfig):
    """Defaults are the strict reading of EXTERNAL_APIS 1; what is unconfirmed there can be switched here."""

    api_key: str = Field(default="sandbox-ayrshare-key", description="the only key that is accepted")
    public_base_url: str | None = Field(
        default=None, description="how a browser reaches the stand-in, if not as the caller of the API does"
    )
    primary_linked: bool = Field(
        default=True,
        description="the primary profile has a Page and an account, so a post without Profile-Key goes live",
    )

    allow_http_media: bool = Field(default=False, description="accept http:// media of this very machine")
    http_media_hosts: list[str] = Field(default=[], description="further hosts whose http:// media are accepted")
    allow_http_webhooks: bool = Field(default=False, description="accept http:// webhooks of this machine")
    http_webhook_hosts: list[str] = Field(default=[], description="further hosts of http:// webhooks")
    fetch_media: bool = Field(default=True, description="fetch and measure media, as Meta's crawler does")
    media_cache_seconds: float = Field(default=60, description="a URL is not fetched again for this long")

    duplicate_check: bool = Field(default=True, description="code 137")
    duplicate_window_hours: float = Field(default=48, description="two posts less than this apart are compared")
    idempotency_check: bool = True
    idempotency_status: int = Field(default=400, description="HTTP status for a used key (unconfirmed)")
    idempotency_code: int = Field(default=137, description="body code for a used key (unconfirmed)")
    idempotency_shape: Literal["flat", "posts"] = Field(
        default="flat", description="a used key as a request-level error, or as an error inside posts[]"
    )
    racy_seconds: float = Field(
        default=0,
        description="above 0 the duplicate and key checks are this long before the effect: two posts at "
        "the same time may both go out, which the vendor admits",
    )
    publish_seconds: float = Field(default=0, description="how long a post stays `processing` at its networks")

    history_cache_seconds: float = Field(default=60, description="of lists with limit > 25")
    profiles_cache_seconds: float = Field(default=300, description="of equal GET /profiles")
    rate_limit: int = Field(default=300, description="requests per window of 5 minutes and profile; 0 switches off")
    suspend_after_429: int = Field(default=1_000, description="429s within 24 hours; 0 switches off")

    instagram_hashtags: int = 5
    instagram_mentions: int = 3
    instagram_daily_posts: int = Field(default=50, description="per rolling 24 hours; 0 switches off")
    instagram_formats: list[str] = Field(default=["JPEG"], description="of images, in the names of the Pillow library")
    past_schedule_date: Literal["reject", "publish"] = "reject"

    webhook_signature: Literal["hex", "base64"] = "hex"
    webhook_timeout_seconds: float = 15
    webhook_retry_seconds: list[float] = Field(
        default=[5, 15, 30, 60, 120, 300, 900, 2_100],
        description="waits between the sends: with the first, nine sends within the hour",
    )
    webhook_delay_seconds: float = Field(default=0, description="before the first send")
    webhook_copies: int = Field(default=1, ge=1, description="how often a delivery is sent on success")
