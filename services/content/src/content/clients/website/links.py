"""The addresses of a website's pages: which are the same page, and which are worth reading."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

import httpx2

from content.clients.website.pages import Page
from content.clients.website.targets import DEFAULT_PORTS, MAX_URL_LENGTH, as_browsers_read
from content.clients.website.vocabulary import IRRELEVANT, RANKS, UNIMPORTANT

_MAX_PER_FOLDER = 2

# Parameters that say where a visitor came from, or name a session; they do not address a page.
_TRACKING = re.compile(
    r"(?:utm|hsa|mtm|oly|vero|trk)_\w+|(?:pk|piwik|matomo)_(?:campaign|kwd|keyword|source|medium|content|cid|group)|_ga|_gl|_gac|_hsenc|_hsmi|mc_[ce]id|gclid|gclsrc|dclid|"
    r"[gw]braid|fbclid|msclkid|yclid|ysclid|twclid|ttclid|igshid|igsh|li_fat_id|epik|s_kwcid|mkt_tok|srsltid|"
    r"ref_src|replytocom|phpsessid|jsessionid|aspsessionid\w*|cfid|cftoken|zanpid|irclickid|_bta_\w+",
    re.IGNORECASE,
)
# Names that address a page on one site (`?ref=1234` of a flat, `?sid=7` of a section) and not on another.
_AMBIGUOUS = re.compile(r"ref=(?!\d+$).*|(?:sid|session_?id)=.{16,}", re.IGNORECASE)
# Parameters that do something, or show a list in another order.
_ACTION = re.compile(
    r"add[-_]to[-_](?:cart|wishlist)|remove_item|orderby|sort|sort_by|order|filter\w*|s|q|search|share|print|download|"
    r"attachment_id|feed|preview|variant|logout|redirect\w*|return\w*|month|date",
    re.IGNORECASE,
)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|xhtml|shtml|php\d?|aspx?|jsp|cfm|cgi|pl)$", re.IGNORECASE)
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?;]*", re.IGNORECASE)
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|odt|zip|rar|gz|jpe?g|png|gif|webp|avif|heic|svg|mp4|mov|webm|mp3|ics|vcf|xml|rss|atom|"
    r"json|css|js|txt|exe|dmg|apk)$",
    re.IGNORECASE,
)
_MACHINERY = re.compile(
    r"/(?:wp-[\w.-]+|cgi-bin|tag|feed|author|cdn-cgi|xmlrpc\.php|checkout|cart)(?:/|$)", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d"})


@dataclass(frozen=True, slots=True)
class _Candidate:
    url: str
    rank: int
    order: int
    folder: str


def absolute_url(href: str, page: Page, page_url: str) -> str | None:
    """Resolve a URL against its page's; None if it is not http(s), or longer than any page's."""
    if len(href) > MAX_URL_LENGTH:
        return None
    try:
        url = urljoin(urljoin(page_url, as_browsers_read(page.base)), as_browsers_read(href))
        scheme = urlsplit(url).scheme
    except ValueError:
        return None
    return url if scheme in DEFAULT_PORTS else None


def same_site(url: str, home_url: str) -> bool:
    """Return whether host and port are the same. A leading `www.` is ignored; subdomains count as the same site."""
    try:
        one, home = urlsplit(page_url(url)), urlsplit(page_url(home_url))
        same_port = one.port == home.port
    except ValueError:
        return False
    host, base = _host(one).removeprefix("www."), _host(home).removeprefix("www.")
    return same_port and (host == base or host.endswith(f".{base}"))


def page_url(url: str) -> str:
    """Return the URL to fetch: without fragment, tracking parameters and session, default port and host's last dot.

    Raises:
        ValueError: not a URL.

    """
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise ValueError(url) from error
    host = parsed.raw_host.decode("ascii").rstrip(".")
    authority = f"[{host}]" if ":" in host else host
    if parsed.port not in (None, DEFAULT_PORTS.get(parsed.scheme)):
        authority += f":{parsed.port}"
    path, _, query = parsed.raw_path.decode("ascii").partition("?")
    kept = [piece for piece in query.split("&") if piece and not _is_tracking(piece)]
    return urlunsplit((parsed.scheme, authority, _SESSION_PATH.sub("", path) or "/", "&".join(kept), ""))


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0]
    return _TRACKING.fullmatch(name) is not None or _AMBIGUOUS.fullmatch(parameter) is not None


def page_key(url: str) -> str:
    """Return what is equal for two URLs of the same page.

    Scheme, `www.`, an index file, the last slash and the order of parameters make no difference. It is no URL to fetch.

    Raises:
        ValueError: not a URL.

    """
    parts = urlsplit(page_url(url))
    path = _INDEX.sub("/", unquote(parts.path)).rstrip("/")
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    port = f":{parts.port}" if parts.port else ""
    return f"{_host(parts).removeprefix('www.')}{port}{path}?{query}"


def relevant_links(page: Page, home_url: str, most: int) -> list[str]:
    """Return at most `most` URLs of the same site that the page links to, best first.

    One page about each subject comes first. A folder takes only a share as long as there are others.
    """
    candidates = sorted(_candidates(page, home_url), key=lambda each: (each.rank, each.order))
    chosen: dict[str, _Candidate] = {}
    for per_folder, per_rank in ((_MAX_PER_FOLDER, 1), (_MAX_PER_FOLDER, 2), (_MAX_PER_FOLDER, most), (most, most)):
        folders = Counter(each.folder for each in chosen.values() if each.folder)
        ranks = Counter(each.rank for each in chosen.values() if each.rank < len(RANKS))
        for each in candidates:
            is_free = folders[each.folder] < per_folder and ranks[each.rank] < per_rank
            if each.url not in chosen and len(chosen) < most and is_free:
                chosen[each.url] = each
                folders[each.folder] += bool(each.folder)
                ranks[each.rank] += each.rank < len(RANKS)
    return list(chosen)


def _candidates(page: Page, home_url: str) -> list[_Candidate]:
    known = {page_key(home_url)}
    found: dict[str, _Candidate] = {}
    for order, link in enumerate(page.links):
        absolute = absolute_url(link.href, page, home_url)
        if absolute is None or not same_site(absolute, home_url):
            continue
        url = page_url(absolute)
        key, parts = page_key(url), urlsplit(url)
        if key in known or not _addresses_page(parts) or _is_irrelevant(parts, link.label):
            continue
        rank = _rank(parts, link.label)
        if key in found:
            url, order = found[key].url, found[key].order  # noqa: PLW2901 - the first form of a URL stays
            rank = min(rank, found[key].rank)
        found[key] = _Candidate(url, rank, order, _folder(parts, home_url))
    return list(found.values())


def _addresses_page(parts: SplitResult) -> bool:
    if _FILE.search(parts.path) or _MACHINERY.search(parts.path):
        return False
    names = [piece.partition("=")[0] for piece in parts.query.split("&") if piece]
    if any(_ACTION.fullmatch(name) for name in names):
        return False
    return bool(names) or parts.path not in ("", "/")


def _folder(parts: SplitResult, home_url: str) -> str:
    """Return the first folder below that of the home page, which is often the one of a language."""
    home = urlsplit(home_url).path.rpartition("/")[0] + "/"
    path = parts.path.removeprefix(home) if parts.path.startswith(home) else parts.path.lstrip("/")
    return path.partition("/")[0].casefold()


def _rank(parts: SplitResult, label: str) -> int:
    """Return the place of the first group of words that the address or the label has."""
    texts = [_words(unquote(f"{parts.path} {parts.query}")), _words(label)]
    return next((rank for rank, group in enumerate(RANKS) if any(map(group.search, texts))), len(RANKS))


def _is_irrelevant(parts: SplitResult, label: str) -> bool:
    """Return whether the last part of the path, or the label, says no more than a word such as privacy."""
    last = unquote(parts.path.rstrip("/").rpartition("/")[2]).rpartition(".")
    texts = [_words(last[0] or last[2]), _words(label)]
    return any(
        IRRELEVANT.search(text) is not None and not UNIMPORTANT.sub(" ", IRRELEVANT.sub(" ", text)).split()
        for text in texts
    )


def _words(text: str) -> str:
    """Return the words in lower case without accents, each between spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return f" {' '.join(_WORD.findall(letters))} "


def _host(parts: SplitResult) -> str:
    return parts.hostname or ""
