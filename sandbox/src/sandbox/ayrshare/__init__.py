"""A stand-in for Ayrshare: strict about what it accepts, honest about how Ayrshare answers.

`AYRSHARE_BASE_URL=http://127.0.0.1:N/api`. Beside the control calls of every stand-in (`sandbox.standin`):

| call | does |
|---|---|
| `GET /_control/posts` | every post that is live on an account, to be counted; `on_primary` must stay 0 |
| `GET /_control/profiles` | the profiles and what is linked to them, without keys |
| `GET /_control/webhooks` | every webhook delivery with its sends |
| `POST /_control/unlink` | a network takes a link away: `{"ref_id", "platform"}` |
| `GET/POST/DELETE /_control/network_errors` | errors that a network answers with, to come |

The page behind a link session's URL takes its form as JSON too: `GET` it with `Accept: application/json` for
what is on offer, `POST {"facebook": "<page id>", "instagram": "<account id>"}` to connect.
"""

from sandbox.ayrshare.app import create_ayrshare
from sandbox.ayrshare.config import AyrshareConfig

__all__ = ["AyrshareConfig", "create_ayrshare"]
