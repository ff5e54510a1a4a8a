"""Images in an S3-compatible store: Amazon's, Cloudflare's R2, or moto's on one machine."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from common.errors import UnavailableError
from common.tracing import call_span

from content.settings import ContentSettings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopyObjectRequestTypeDef, PutObjectRequestTypeDef

__all__ = ["Storage", "StorageUnavailableError"]

# Names are made of the content, so what lies under one never changes.
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_NOW = "public, max-age=60"
_CALLS_AT_ONCE = 8


class StorageUnavailableError(UnavailableError):
    code = "storage_unavailable"
    title = "The image store does not answer"


class Storage:
    """boto3 is blocking, so its calls run in threads of their own: while the store hangs, name look-ups go on.

    Retries are boto3's own.
    """

    def __init__(self, settings: ContentSettings) -> None:
        self._settings = settings
        self._executor = ThreadPoolExecutor(_CALLS_AT_ONCE, thread_name_prefix="storage")
        self._client: S3Client | None = None
        self._connecting = Lock()

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
        if self._client is not None:
            self._client.close()

    def warm_up(self) -> None:
        """Make the client in the background: importing boto3 takes up to two seconds, and the first call would wait."""
        if self._client is None:
            self._executor.submit(self._connected)

    async def put(self, key: str, body: bytes, content_type: str) -> str:
        """Store an object for ever and return its public address. Raises StorageUnavailableError."""
        wanted: PutObjectRequestTypeDef = {
            "Bucket": self._settings.s3_bucket,
            "Key": key,
            "Body": body,
            "ContentType": content_type,
            "CacheControl": _FOR_EVER,
        }
        if self._settings.s3_object_acl is not None:
            wanted["ACL"] = self._settings.s3_object_acl
        await self._call(key, lambda: self._connected().put_object(**wanted))
        return self.url(key)

    async def copy(self, source: str, key: str, content_type: str) -> str:
        """Show an object under a second key, for now; return its address. Raises StorageUnavailableError."""
        bucket = self._settings.s3_bucket
        wanted: CopyObjectRequestTypeDef = {
            "Bucket": bucket,
            "Key": key,
            "CopySource": {"Bucket": bucket, "Key": source},
            "MetadataDirective": "REPLACE",
            "ContentType": content_type,
            "CacheControl": _FOR_NOW,
        }
        if self._settings.s3_object_acl is not None:
            wanted["ACL"] = self._settings.s3_object_acl
        await self._call(key, lambda: self._connected().copy_object(**wanted))
        return self.url(key)

    def url(self, key: str) -> str:
        return f"{self._settings.s3_public_base_url}/{key}"

    async def _call(self, key: str, call: Callable[[], object]) -> None:
        try:
            with call_span("S3", "store"):
                await asyncio.get_running_loop().run_in_executor(self._executor, call)
        except (BotoCoreError, ClientError) as error:
            raise StorageUnavailableError(f"The image {key} could not be stored. Try again shortly.") from error

    def _connected(self) -> "S3Client":
        # making a client is not safe in several threads at once, using one is (boto3, multithreading)
        with self._connecting:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> "S3Client":
        # only the process that stores pays for the import
        import boto3  # noqa: PLC0415 - as above

        settings = self._settings
        return boto3.client(
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
                max_pool_connections=_CALLS_AT_ONCE,
                retries={"mode": "standard", "max_attempts": 3},
                # R2 does not know all checksums (developers.cloudflare.com/r2/api/s3/api)
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
