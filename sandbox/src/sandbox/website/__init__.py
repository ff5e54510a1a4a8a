"""A sample website with two small businesses, and pages that behave badly.

`python -m sandbox.website --port N` serves `/harbour-physio/` (a physiotherapy clinic in Auckland), `/padaria-alfama/`
(a bakery in Lisbon) and, for tests of a website fetcher, `/awkward/*`. Both businesses, their people and their
addresses are fictional.
"""

from sandbox.website.app import WebsiteConfig, create_website

__all__ = ["WebsiteConfig", "create_website"]
