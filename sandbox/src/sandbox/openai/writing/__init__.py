"""Writes the texts of the stand-in.

The content service sends a user message whose content is a JSON object with a `task`:

- `brand_profile`: `url`, `pages: [{url, title, text}]`
- `month_plan`: `month`, `post_count`, `brief: {primary_focus, promo_enabled, promo_text, tone, notes}`, `brand`
- `caption`: `brand`, `brief`, `post: {type, title, angle, headline, index}`, `platforms`

The writer of the task proposes values by field name, and the schema of the request decides which are sent: a field
without a proposal is filled by its name and type, a proposal without a field is left out. Anything other than these
tasks is filled from the schema alone.
"""

from sandbox.openai.writing.compose import write

__all__ = ["write"]
