"""What exactly is posted, and the hash that approval, schedule and publication agree on."""

import hashlib
import json
from collections.abc import Iterable
from typing import Literal
from uuid import UUID

from pydantic import Field

from pulseworks_contracts.envelope import Data
from pulseworks_contracts.platforms import Platform


class Media(Data):
    url: str = Field(description="Public URL that the provider fetches the image from.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the image's bytes, in hex.")
    content_type: Literal["image/png", "image/jpeg"] = Field(description="Media type of the image.")
    width: int = Field(gt=0, description="Width in pixels.")
    height: int = Field(gt=0, description="Height in pixels.")
    alt_text: str = Field(description="Description of the image for people who cannot see it; may be empty.")


class PlatformPayload(Data):
    """One post on one platform, to the last character."""

    platform: Platform = Field(description="The platform that it is posted on.")
    text: str = Field(description="Caption and hashtags, exactly as they will appear.")
    media: list[Media] = Field(description="The images, in order; may be empty.")

    def digest(self) -> str:
        """Return ``sha256:<hex>`` over the canonical JSON (sorted keys, no spaces, UTF-8) of this payload."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def content_digest(account_id: UUID, content_id: UUID, payloads: Iterable[PlatformPayload]) -> str:
    """Return the hash that an approval is bound to: the account, the content and all its platforms' payloads."""
    lines = [str(account_id), str(content_id)]
    lines += sorted(f"{payload.platform}={payload.digest()}" for payload in payloads)
    return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()
