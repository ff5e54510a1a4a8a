from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import httpx2
from botocore.config import Config
from sandbox.stack.storage import Storage

from .conftest import processes_in

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "media/a b/ä.png"


def client(storage: Storage) -> "S3Client":
    return boto3.client(
        "s3",
        endpoint_url=storage.url,
        aws_access_key_id="any",
        aws_secret_access_key="any",
        region_name="us-east-1",
        config=Config(retries={"max_attempts": 1}),
    )


def put(storage: Storage, key: str, body: bytes, **more: Any) -> None:
    client(storage).put_object(Bucket=storage.bucket, Key=key, Body=body, **more)


def test_confirmed_writes_survive_a_kill_and_are_publicly_readable(awkward_directory: Path) -> None:
    with Storage(awkward_directory) as storage:
        for key in ("removed", "removed with others", "replaced"):
            put(storage, key, b"old")
        client(storage).delete_object(Bucket=storage.bucket, Key="removed")
        client(storage).delete_objects(Bucket=storage.bucket, Delete={"Objects": [{"Key": "removed with others"}]})
        put(storage, "replaced", b"new")
        put(storage, KEY, b"picture", ContentType="image/png", CacheControl="max-age=60", Metadata={"made-by": "us"})
        storage.kill()  # immediately: a confirmed write is on disk
        storage.restart()

        response = httpx2.get(f"{storage.public_base_url}/{KEY}")
        assert response.content == b"picture"
        assert response.headers["content-type"] == "image/png"
        assert response.headers["cache-control"] == "max-age=60"
        assert client(storage).head_object(Bucket=storage.bucket, Key=KEY)["Metadata"] == {"made-by": "us"}
        assert client(storage).get_object(Bucket=storage.bucket, Key="replaced")["Body"].read() == b"new"
        listed = client(storage).list_objects_v2(Bucket=storage.bucket)["Contents"]
        assert [found["Key"] for found in listed] == [KEY, "replaced"]

    assert processes_in(awkward_directory) == []
