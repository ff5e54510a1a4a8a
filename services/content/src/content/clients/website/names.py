"""The name of the business, as its website states it."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit

from content.clients.website.crawler import CrawledSite
from content.clients.website.pages import Page
from content.clients.website.regions import HEADER

_MAX_NAME = 60
_MAX_HEADER, _MAX_END = 2_000, 3_000
"""Characters at the start and at the end of a page."""
_SEPARATORS = re.compile(r"\s+[|–—·•»«~-]+\s+|\s*[|｜]\s*|\s*::+\s*|\s*:\s+")
_GREETING_WORDS = """
welcome to our|welcome to the|welcome to|welcome at|welcome|willkommen im|willkommen in der|willkommen in|
willkommen auf|willkommen zum|willkommen zur|bienvenue sur|willkommen bei der|willkommen beim|willkommen bei|
herzlich willkommen bei|herzlich willkommen|willkommen|bienvenue chez|bienvenue à|bienvenue au|bienvenue|
bienvenidos a|bienvenidos|bienvenido a|bienvenido|benvenuti da|benvenuti|benvenuto|bem-vindos à|bem-vindos ao|
bem-vindos|bem-vindo à|bem-vindo ao|bem-vindo|welkom bij|welkom|välkommen till|välkommen|velkommen til|velkommen|
tervetuloa|witamy w|witamy|vítejte|home of|home page of
"""
_GREETINGS = sorted((each.strip() for each in _GREETING_WORDS.replace("\n", "").split("|")), key=len, reverse=True)
_GENERIC_WORDS = """
home|homepage|home page|main|main page|start|startpage|start page|landing page|index|untitled|untitled document|
document|page|website|web site|official site|official website|official page|site|my site|my website|my wordpress|
my blog|new site|just another wordpress site|wordpress|coming soon|under construction|shop|store|online shop|
online store|blog|news|about|about us|contact|contact us|hello world|default|test|company name|your company|
your business name|site title|startseite|hauptseite|offizielle website|offizielle seite|accueil|page d'accueil|
page d accueil|site officiel|inicio|página principal|página de inicio|sitio oficial|início|página inicial|
site oficial|pagina iniziale|pagina principale|sito ufficiale|startpagina|hem|hjem|forside|etusivu|strona główna|
úvod|domů|kezdőlap|acasă|ホーム|トップ|トップページ|top|公式サイト|公式ホームページ|ようこそ|首页|首頁|홈|
главная|αρχική
"""
_GENERIC = frozenset(each.strip() for each in _GENERIC_WORDS.replace("\n", "").split("|"))
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)[\s\d–—-]*(?:by\s+)?([^\n|·•©]{2,60})", re.IGNORECASE)
_RIGHTS = re.compile(r"[.,–—-]?\s*(?:all rights|alle rechte|tous droits|todos los|todos os|tutti i).*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SiteNames:
    likeliest: str
    known: list[str]
    """All that the site seems to call itself, the domain's name included."""


def names_of(site: CrawledSite) -> SiteNames:
    """Choose what the site states, else the part of the title that speaks for itself.

    In this order: like the domain; in the header, in the titles of other pages or beside a copyright sign; short.
    """
    home = site.home.page
    domain = _domain_name(site.home.url)
    stated = [name for each in (home.schema_org_name, home.site_name) if (name := business_part(each))]
    parts = [name for part in _parts(home.title) if (name := business_part(part))]
    repeated = Counter(part for other in site.others for part in set(_parts(other.page.title)))
    copyright_ = _copyright(home.document.body.content[-_MAX_END:])
    header = _header_text(home)

    def rank(part: str) -> tuple[float, int, int]:
        evidence = repeated[part] + 2 * (plain(part) in plain(copyright_)) + 2 * (plain(part) in header)
        return similarity(part, domain), evidence, -len(part)

    likeliest = stated[0] if stated else max(parts, key=rank) if parts else copyright_ or _as_name(domain)
    return SiteNames(likeliest[:_MAX_NAME], list(dict.fromkeys([likeliest, *stated, domain])))


def business_part(text: str) -> str:
    """Return a name without a greeting; empty if nothing but what every website says is left."""
    name = " ".join(text.split()).strip(" !.,|-–—")
    for greeting in _GREETINGS:
        if name.casefold().startswith(f"{greeting} "):
            name = name[len(greeting) :].strip(" !.,:|-–—")
            break
    return "" if name.casefold() in _GENERIC or name.casefold() in _GREETINGS else name


def similarity(part: str, domain: str) -> float:
    """Return the ratio of the lengths if one contains the other (letters and digits alone), else 0."""
    letters, own = plain(part), plain(domain)
    if not letters or not own:
        return 0.0
    if letters in own or own in letters:
        return min(len(letters), len(own)) / max(len(letters), len(own))
    return 0.0


def plain(text: str) -> str:
    """Return letters and digits alone, in lower case and without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if character.isalnum())


def _parts(title: str) -> list[str]:
    return [part.strip() for part in _SEPARATORS.split(title) if part.strip()]


def _header_text(page: Page) -> str:
    """Return letters and digits of the header, with the alternative texts of its images."""
    header = next((each for each in page.document.body.descendants() if page.layout[each].region == HEADER), None)
    if header is None:
        return ""
    images = " ".join(image.get("alt") for image in header.find_all("img"))
    return plain(f"{header.content[:_MAX_HEADER]} {images}")


def _copyright(text: str) -> str:
    match = _COPYRIGHT.search(text)
    return business_part(_RIGHTS.sub("", match.group(1))) if match else ""


def _domain_name(url: str) -> str:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return "" if host.replace(".", "").isdigit() or ":" in host else host.split(".")[0]


def _as_name(domain: str) -> str:
    return domain.replace("-", " ").title()
