"""The business that all examples in `/docs` are about, with the same ids, times and texts in every service.

The examples of the events (`pulseworks_contracts/examples`) are about the same post.
"""

from typing import Any

ACCOUNT_ID = "0193a5c0-0000-7000-8000-000000000001"
USER_ID = "0193a5c0-0000-7000-8000-000000000002"
SESSION_ID = "0193a5c0-0000-7000-8000-000000000003"
CONTENT_ID = "0193a5c0-0000-7000-8000-000000000004"
ITEM_ID = "0193a5c0-0000-7000-8000-000000000005"
DELIVERY_ID = "0193a5c0-0000-7000-8000-000000000006"
GENERATION_ID = "0193a5c0-0000-7000-8000-000000000007"
PROFILE_ID = "0193a5c0-0000-7000-8000-000000000008"
BRIEF_ID = "0193a5c0-0000-7000-8000-000000000009"
BRAND_ID = "0193a5c0-0000-7000-8000-00000000000a"
CONNECTION_ID = "0193a5c0-0000-7000-8000-00000000000b"
INVITATION_ID = "0193a5c0-0000-7000-8000-00000000000c"
AUDIT_EVENT_ID = "0193a5c0-0000-7000-8000-00000000000d"

SIGNED_UP = "2026-11-20T21:10:00Z"
GENERATED = "2026-11-21T20:15:00Z"
APPROVED = "2026-11-22T09:00:00Z"
MONTH = "2026-12"
DUE = "2026-12-02T19:47:00Z"
"""Thursday, 3 December, 08:47 in Auckland."""

BUSINESS = "Harbour Physio"
EMAIL = "mere@harbour-physio.example"
WEBSITE = "https://harbour-physio.example"
TITLE = "Stretch first"
CAPTION = "Sore after the weekend's run? Two minutes of calf stretches go a long way."
HASHTAGS: list[Any] = ["AucklandPhysio", "RunHappy"]
ALT_TEXT = "A card that says: Stretch first"
MEDIA = f"https://media.example.com/media/{ACCOUNT_ID}/{MONTH}/{CONTENT_ID}"
CONTENT_HASH = "sha256:13b9fcd89de39b90514f21366bb47ab91671bd234f1cfdd125726736473d95cb"
JPEG_SHA256 = "ab" * 32
POST_URL = "https://www.instagram.com/p/CP1dI9Hp_WO/"
PROVIDER_PROFILE_ID = "140b8700bd6ade089b242d845e268fb886130c53"
FACEBOOK_ID = "106638152329"
INSTAGRAM_ID = "17841400000000001"

PAYLOAD: dict[str, Any] = {
    "platform": "INSTAGRAM",
    "text": f"{CAPTION}\n\n#AucklandPhysio #RunHappy",
    "media": [
        {
            "url": f"{MEDIA}.jpg",
            "sha256": JPEG_SHA256,
            "content_type": "image/jpeg",
            "width": 1080,
            "height": 1080,
            "alt_text": ALT_TEXT,
        }
    ],
}
