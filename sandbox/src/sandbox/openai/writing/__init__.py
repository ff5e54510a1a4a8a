"""What the stand-in writes.

The content service sends a user message whose content is a JSON object with a `task`:

- `brand_profile`: `url`, `pages: [{url, title, text}]`
- `month_plan`: `month`, `post_count`, `brief: {primary_focus, promo_enabled, promo_text, tone, notes}`, `brand`
- `caption`: `brand`, `brief`, `post: {type, title, angle, headline, index}`, `platforms`

The writer of the task proposes values by field name; the schema of the request decides what is sent: a field
that the writer has no value for is filled by its name and type, one that the schema does not ask for is left
out. Anything else than these tasks is filled from the schema alone.
"""

from sandbox.openai.writing.compose import write

__all__ = ["write"]
