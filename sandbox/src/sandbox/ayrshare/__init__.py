"""A stand-in for Ayrshare: strict about requests, and faithful in its responses.

`AYRSHARE_BASE_URL=http://127.0.0.1:N/api`. Beside the control calls of every stand-in (`sandbox.standin`):

| call | does |
|---|---|
| `GET /_control/posts` | lists every post that is live on an account; `on_primary` must stay 0 |
| `GET /_control/profiles` | lists profiles and their linked accounts, without keys |
| `GET /_control/webhooks` | lists every webhook delivery with its attempts |
| `POST /_control/unlink` | a network removes a link: `{"ref_id", "platform"}` |
| `GET/POST/DELETE /_control/network_errors` | errors that a network will return |

The page of a link session also takes JSON: `GET` it with `Accept: application/json` to list what can be connected,
`POST {"facebook": "<page id>", "instagram": "<account id>"}` to connect.
"""

from sandbox.ayrshare.app import create_ayrshare
from sandbox.ayrshare.config import AyrshareConfig

__all__ = ["AyrshareConfig", "create_ayrshare"]
