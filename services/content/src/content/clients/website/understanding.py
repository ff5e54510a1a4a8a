"""What could not be read of a website, in words for its owner."""

from urllib.parse import urlsplit

from content.clients.website.crawler import CrawledSite

LITTLE_LETTERS = 200
"""Below this a website says too little for posts. It is two or three sentences."""

_INSTEAD = "Describe the business in the brand profile yourself: what it does, for whom, and its facts."


def letters_of(site: CrawledSite) -> int:
    """Return how many characters of text the pages show, without white space."""
    texts = (f"{crawled.page.text}{crawled.page.contact}" for crawled in (site.home, *site.others))
    return sum(len("".join(text.split())) for text in texts)


def trouble_of(site: CrawledSite) -> str | None:
    """Say what was not understood and what the owner can do; None if all went well."""
    host = urlsplit(site.home.url).hostname or site.home.url
    letters = letters_of(site)
    if letters < LITTLE_LETTERS:
        return f"{_too_little(site, host, letters)} {_INSTEAD}"
    if not site.home.is_whole:
        return (
            f"The start page of {host} is too large, or was not sent to its end, so only its first part was used. "
            "Check that the brand profile has what matters, and add what is missing."
        )
    if site.forbidden and not site.others:
        return (
            f"Only the start page of {host} was read, because its robots.txt does not allow us the other pages. "
            "Allow PulseWorks there, or add what is missing to the brand profile."
        )
    return None


def _too_little(site: CrawledSite, host: str, letters: int) -> str:
    if site.home.page.needs_scripts:
        return f"{host} shows its text only after its scripts have run, and we do not run them."
    if site.home.page.has_frames:
        return f"{host} consists of frames, whose text could not be read."
    if not letters:
        return f"No text was found on {host}. It may consist of pictures."
    return f"Hardly any text was found on {host}."
