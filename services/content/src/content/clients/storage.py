"""Images in an S3-compatible store: Amazon's, Cloudflare's R2, or moto's on one machine."""

import asyncio
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from common.errors import UnavailableError

from content.settings import ContentSettings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["Storage", "StorageUnavailableError"]

# Names are made of the content, so what lies under one never changes.
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_NOW = "public, max-age=60"


class StorageUnavailableError(UnavailableError):
    code = "storage_unavailable"
    title = "The image store does not answer"


class Storage:
    """boto3 is blocking, so each call runs in a thread. Retries are boto3's own."""

    def __init__(self, settings: ContentSettings) -> None:
        self._settings = settings
        self._client: S3Client | None = None

    async def put(self, key: str, body: bytes, content_type: str, *, immutable: bool) -> str:
        """Store an object and return its public address. Raises StorageUnavailableError."""
        try:
            await asyncio.to_thread(self._put, key, body, content_type, _FOR_EVER if immutable else _FOR_NOW)
        except (BotoCoreError, ClientError) as error:
            raise StorageUnavailableError(f"The image {key} could not be stored. Try again shortly.") from error
        return self.url(key)

    def url(self, key: str) -> str:
        return f"{self._settings.s3_public_base_url}/{key}"

    def _put(self, key: str, body: bytes, content_type: str, cache_control: str) -> None:
        self._connected().put_object(
            Bucket=self._settings.s3_bucket, Key=key, Body=body, ContentType=content_type, CacheControl=cache_control
        )

    def _connected(self) -> "S3Client":
        if self._client is None:
            # boto3 takes half a second to import: only the process that stores pays for it
            import boto3  # noqa: PLC0415 - as above

            settings = self._settings
            self._client = boto3.client(
                "s3",
                endpoint_url=settings.s3_endpoint_url,
                region_name=settings.s3_region,
                aws_access_key_id=settings.aws_access_key_id.get_secret_value(),
                aws_secret_access_key=settings.aws_secret_access_key.get_secret_value(),
                config=Config(
                    signature_version="s3v4",
                    s3={"addressing_style": "path"},
                    connect_timeout=5,
                    read_timeout=20,
                    retries={"mode": "standard", "max_attempts": 3},
                    # R2 does not know all checksums (developers.cloudflare.com/r2/api/s3/api)
                    request_checksum_calculation="when_required",
                    response_checksum_validation="when_required",
                ),
            )
        return self._client
