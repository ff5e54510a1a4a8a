"""Switches of the Ayrshare stand-in, changed with `POST /_control/config`."""

from typing import Literal

from pydantic import Field

from sandbox.standin import StandInConfig


class AyrshareConfig(StandInConfig):
    """Defaults are the strict reading of EXTERNAL_APIS 1. Unconfirmed behaviour can be switched here."""

    api_key: str = Field(default="sandbox-ayrshare-key", description="the only accepted key")
    public_base_url: str | None = Field(
        default=None, description="base URL for browsers, if it differs from that of API callers"
    )
    primary_linked: bool = Field(
        default=True,
        description="the primary profile has a Page and an account, so a post without Profile-Key goes live",
    )

    allow_http_media: bool = Field(default=False, description="accept http:// media of this machine")
    http_media_hosts: list[str] = Field(default=[], description="other hosts whose http:// media are accepted")
    allow_http_webhooks: bool = Field(default=False, description="accept http:// webhooks of this machine")
    http_webhook_hosts: list[str] = Field(default=[], description="other hosts of http:// webhooks")
    fetch_media: bool = Field(default=True, description="fetch and measure media, like Meta's crawler")
    media_cache_seconds: float = Field(default=60, description="a URL is not fetched again within this time")

    duplicate_check: bool = Field(default=True, description="code 137")
    duplicate_window_hours: float = Field(default=48, description="two posts within this time are compared")
    idempotency_check: bool = True
    idempotency_status: int = Field(default=400, description="HTTP status for a used key (unconfirmed)")
    idempotency_code: int = Field(default=137, description="body code for a used key (unconfirmed)")
    idempotency_shape: Literal["flat", "posts"] = Field(
        default="flat", description="a used key is a request-level error, or an error inside posts[]"
    )
    racy_seconds: float = Field(
        default=0,
        description="above 0, the duplicate and key checks precede the effect by this time: two simultaneous posts may "
        "both be published, which the vendor admits",
    )
    publish_seconds: float = Field(default=0, description="how long a post stays `processing` at its networks")

    history_cache_seconds: float = Field(default=60, description="for lists with limit > 25")
    profiles_cache_seconds: float = Field(default=300, description="for equal GET /profiles")
    rate_limit: int = Field(default=300, description="requests per 5 minutes and profile; 0 disables the limit")
    suspend_after_429: int = Field(default=1_000, description="429s within 24 hours; 0 disables the limit")

    instagram_hashtags: int = 5
    instagram_mentions: int = 3
    instagram_daily_posts: int = Field(default=50, description="per rolling 24 hours; 0 disables the limit")
    instagram_formats: list[str] = Field(default=["JPEG"], description="of images, as named by the Pillow library")
    past_schedule_date: Literal["reject", "publish"] = "reject"

    webhook_signature: Literal["hex", "base64"] = "hex"
    webhook_timeout_seconds: float = 15
    webhook_retry_seconds: list[float] = Field(
        default=[5, 15, 30, 60, 120, 300, 900, 2_100],
        description="delays between attempts: with the first, nine attempts within the hour",
    )
    webhook_delay_seconds: float = Field(default=0, description="before the first attempt")
    webhook_copies: int = Field(default=1, ge=1, description="how often a successful delivery is sent")
