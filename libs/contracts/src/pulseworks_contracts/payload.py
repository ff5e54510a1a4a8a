"""What exactly is posted, and its hash, by which approval, schedule and publication refer to it."""

import hashlib
import json
from collections.abc import Iterable
from typing import Literal
from uuid import UUID

from pydantic import Field

from pulseworks_contracts.envelope import Data
from pulseworks_contracts.platforms import Platform


class Media(Data):
    url: str = Field(description="Public URL of the image; Ayrshare, the posting provider, fetches it.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the image's bytes, in hex.")
    content_type: Literal["image/png", "image/jpeg"] = Field(description="Media type of the image.")
    width: int = Field(gt=0, description="Width in pixels.")
    height: int = Field(gt=0, description="Height in pixels.")
    alt_text: str = Field(description="Description of the image for people who cannot see it; may be empty.")


class PlatformPayload(Data):
    """One post on one platform, exactly as it will appear."""

    platform: Platform = Field(description="The platform of the post: `FACEBOOK` or `INSTAGRAM`.")
    text: str = Field(description="Caption and hashtags, exactly as they will appear.")
    media: list[Media] = Field(description="The images, in order; may be empty.")

    def digest(self) -> str:
        """Return ``sha256:<hex>`` over the canonical JSON (sorted keys, no spaces, UTF-8) of this payload."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def content_digest(account_id: UUID, content_id: UUID, payloads: Iterable[PlatformPayload]) -> str:
    """Return the hash that an approval refers to: of the account, the content and the payloads of all platforms."""
    lines = [str(account_id), str(content_id)]
    lines += sorted(f"{payload.platform}={payload.digest()}" for payload in payloads)
    return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()
