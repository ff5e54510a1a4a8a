"""Images in an S3-compatible store: Amazon S3, Cloudflare R2, or moto for development."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Literal, TypeVar

import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from common.errors import UnavailableError
from common.provider_calls import provider_call

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopyObjectRequestTypeDef, ObjectIdentifierTypeDef, PutObjectRequestTypeDef

log = structlog.get_logger(__name__)

# An immutable key is derived from the content, so its object never changes.
_CACHE_IMMUTABLE = "public, max-age=31536000, immutable"
_CACHE_ONE_MINUTE = "public, max-age=60"
_MAX_CONCURRENT_CALLS = 8
# of one DeleteObjects request
_MAX_KEYS = 1000
_SERVER_ERROR = 500

ResultT = TypeVar("ResultT")


class StorageUnavailableError(UnavailableError):
    code = "storage_unavailable"
    title = "Image storage is unavailable; try again later"


class StorageRefusedError(StorageUnavailableError):
    """The store has answered that it did not do it."""


@dataclass(frozen=True)
class Bucket:
    """Where images are stored, and with which credentials."""

    name: str
    region: str
    public_base_url: str
    """Without a trailing slash."""
    endpoint_url: str | None
    """None: Amazon S3."""
    object_acl: Literal["public-read"] | None
    """None: the bucket's policy decides who may read."""
    access_key_id: str = field(repr=False)
    secret_access_key: str = field(repr=False)


class Storage:
    """boto3 blocks, so its calls run in a thread pool of their own: a slow store does not delay DNS look-ups.

    boto3 does the retries.
    """

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._executor = ThreadPoolExecutor(_MAX_CONCURRENT_CALLS, thread_name_prefix="storage")
        self._client: S3Client | None = None
        self._connecting = Lock()

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
        if self._client is not None:
            self._client.close()

    def warm_up(self) -> None:
        """Create the client in the background: importing boto3 takes up to two seconds."""
        if self._client is None:
            self._executor.submit(self._connected)

    async def check(self) -> None:
        """Raise StorageUnavailableError unless the bucket exists and the keys may use it."""
        name = self._bucket.name
        failure = f"The bucket {name} can't be used."
        await self._run(lambda: self._connected().head_bucket(Bucket=name), "check", name, failure)

    async def put(self, key: str, body: bytes, content_type: str) -> str:
        """Store an immutable object and return its public URL. Raises StorageUnavailableError."""
        request: PutObjectRequestTypeDef = {
            "Bucket": self._bucket.name,
            "Key": key,
            "Body": body,
            "ContentType": content_type,
            "CacheControl": _CACHE_IMMUTABLE,
        }
        if self._bucket.object_acl is not None:
            request["ACL"] = self._bucket.object_acl
        await self._call(key, lambda: self._connected().put_object(**request))
        return self.url(key)

    async def copy(self, source: str, key: str, content_type: str) -> str:
        """Copy an object to a mutable key, cached for a minute; return its URL. Raises StorageUnavailableError."""
        request: CopyObjectRequestTypeDef = {
            "Bucket": self._bucket.name,
            "Key": key,
            "CopySource": {"Bucket": self._bucket.name, "Key": source},
            "MetadataDirective": "REPLACE",
            "ContentType": content_type,
            "CacheControl": _CACHE_ONE_MINUTE,
        }
        if self._bucket.object_acl is not None:
            request["ACL"] = self._bucket.object_acl
        await self._call(key, lambda: self._connected().copy_object(**request))
        return self.url(key)

    async def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin with a prefix. Raises StorageUnavailableError."""

        def call() -> list[str]:
            pages = self._connected().get_paginator("list_objects_v2").paginate(Bucket=self._bucket.name, Prefix=prefix)
            return [found["Key"] for page in pages for found in page.get("Contents", [])]

        return await self._run(call, "list", prefix, "The stored images could not be listed.")

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete objects. Raises StorageRefusedError, and StorageUnavailableError if they may still be deleted."""

        def call() -> None:
            for start in range(0, len(keys), _MAX_KEYS):
                objects: list[ObjectIdentifierTypeDef] = [{"Key": key} for key in keys[start : start + _MAX_KEYS]]
                answer = self._connected().delete_objects(
                    Bucket=self._bucket.name, Delete={"Objects": objects, "Quiet": True}
                )
                if answer.get("Errors"):
                    raise StorageRefusedError(f"The store refused to delete images: {answer['Errors'][0]}.")

        await self._run(call, "delete", keys[0], "The images could not be deleted.")

    def url(self, key: str) -> str:
        return f"{self._bucket.public_base_url}/{key}"

    async def _call(self, key: str, call: Callable[[], object]) -> None:
        await self._run(call, "store", key, "The image could not be stored. Try again shortly.")

    async def _run(self, call: Callable[[], ResultT], operation: str, key: str, failure: str) -> ResultT:
        try:
            with provider_call("S3", operation, _status_of):
                return await asyncio.get_running_loop().run_in_executor(self._executor, call)
        except (BotoCoreError, ClientError) as error:
            log.warning("storage_failed", operation=operation, key=key, error=repr(error))
            # after a 5xx the store may still do it, as after a timeout
            refused = (_status_of(error) or _SERVER_ERROR) < _SERVER_ERROR
            raise (StorageRefusedError if refused else StorageUnavailableError)(failure) from error

    def _connected(self) -> "S3Client":
        # Creating a client is not thread-safe; using one is (boto3, multithreading).
        with self._connecting:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> "S3Client":
        import boto3  # noqa: PLC0415 - a slow import that only processes which store images need

        return boto3.client(
            "s3",
            endpoint_url=self._bucket.endpoint_url,
            region_name=self._bucket.region,
            aws_access_key_id=self._bucket.access_key_id,
            aws_secret_access_key=self._bucket.secret_access_key,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=5,
                read_timeout=20,
                max_pool_connections=_MAX_CONCURRENT_CALLS,
                retries={"mode": "standard", "max_attempts": 3},
                # R2 does not support every checksum (developers.cloudflare.com/r2/api/s3/api).
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )


def _status_of(error: Exception) -> int | None:
    return error.response["ResponseMetadata"]["HTTPStatusCode"] if isinstance(error, ClientError) else None
