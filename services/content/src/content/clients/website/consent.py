"""Recognise the banner that asks for consent to cookies.

The word alone proves nothing: bakeries sell cookies. A banner has a telling name and says what it is about.
"""

import re

from content.clients.website.document import Element
from content.clients.website.regions import Part
from content.clients.website.text import visible_text

# The elements of widely used consent tools.
_TOOLS_WORDS = """
onetrust-banner-sdk onetrust-consent-sdk onetrust-pc-sdk cybotcookiebotdialog cookiebanner-cookiebot
cookie-law-info-bar cookie-notice cky-consent cky-consent-container cky-modal cmplz-cookiebanner-container
cmplz-cookiebanner usercentrics-root usercentrics-cmp-ui didomi-host qc-cmp2-container iubenda-cs-banner
borlabscookiebox borlabs-cookie brlbs-cmpnt-container tarteaucitronroot axeptio_overlay truste-consent-track
moove_gdpr_cookie_info_bar moove_gdpr_cookie_modal wt-cli-cookie-bar osano-cm-window klaro ketch-banner
hs-eu-cookie-confirmation shopify-pc__banner shopify-pc__prefs termly-code-snippet-support cc-window cc-banner
cookiescript_injected cookiefirst-root cookieyes cookie-script consent_blackbar sp_message_container eu-cookie-law
eu_cookie_law_widget real-cookie-banner ct-ultimate-gdpr-cookie-popup ppms_cm_popup_overlay
"""
_TOOLS = frozenset(_TOOLS_WORDS.split())
_TOPIC = re.compile(r"cookies?(?!s)|consent|gdpr|dsgvo|rgpd|lgpd|ccpa", re.IGNORECASE)
_FORM = re.compile(
    r"banner|bar(?![a-z])|notice|notification|popup|pop-up|modal|overlay|message|alert|law|policy|settings|preferences|"
    r"hinweis|bandeau|aviso|disclaimer|warning|cookie.?consent|consent.?cookie",
    re.IGNORECASE,
)
_ABOUT_COOKIES = re.compile(
    r"(?:us(?:e|es|ing)|set|store|place|verwende[nt]|nutz(?:en|t)|setz(?:en|t)|utilis\w+|usa\w*|utiliz\w+|usiamo|"
    r"gebruik\w*|använder|bruger|bruker|käyt\w+|używa\w*|použív\w*)\b.{0,60}\bcookies?\b|"
    r"\bcookies?.{0,40}(?:policy|settings|preferences|consent|notice|accept|reject|allow|richtlinie|einstellung|hinweis|"
    r"zustimm|akzept|ablehn|politique|refus|política|configur|preferenc|acept|rechaz|informativa|accett|rifiut|beleid|"
    r"weiger|toestaan|instelling)|"
    r"(?:accept|reject|allow|deny|manage|enable|alle|toute?s?|aceptar|accetta|aceitar).{0,30}\bcookies?\b",
    re.IGNORECASE | re.DOTALL,
)
_ABOUT_DATA = re.compile(
    r"privacy|datenschutz|confidentialit|privacidad|integritet|consent|tracking|analytic|third.part|personali[sz]|"
    r"advertis|browsing|website traffic|(?:best|user|your) experience|nutzererlebnis|werbung|publicit|navigation sur|"
    r"navegaci[oó]n|navegação|terze parti|derden|einwilligung|zustimmung",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"\s*(?:(?:yes|i|ja|oui|sí|sim),?\s+)?(?:accept|agree|allow|reject|decline|deny|got it|ok(?:ay)?\s*$|manage|"
    r"settings|"
    r"preferences|customi[sz]e|necessary|only|alle|akzept|zustimm|ablehn|einverstanden|einstell|verstanden|accepter|"
    r"tout|j.accepte|refuser|paramétr|continuer sans|acept|rechaz|configur|aceit|rejeit|accett|rifiut|weiger|alles)",
    re.IGNORECASE,
)
_MAX_LETTERS = 6_000
_MAX_ELEMENTS = 600
_MAX_LETTERS_OF_UNCLEAR_NAME = 1_500
_SIGNALS = 3


def is_consent_banner(element: Element, part: Part) -> bool:
    """Return whether the element is a consent banner. Never true for `html`, `body`, `main` or what holds the page."""
    if element.name in ("html", "body", "main") or part.holds_page:
        return False
    names = [element.id.lower(), *(name.lower() for name in element.classes)]
    if any(name in _TOOLS for name in names):
        return True
    name = " ".join([*names, element.get("aria-label")])
    if _TOPIC.search(name) is None:
        return False
    has_form = _FORM.search(name) is not None
    if part.elements > _MAX_ELEMENTS or part.letters > (_MAX_LETTERS if has_form else _MAX_LETTERS_OF_UNCLEAR_NAME):
        return False
    text = visible_text(element)
    about_cookies, about_data = _ABOUT_COOKIES.search(text) is not None, _ABOUT_DATA.search(text) is not None
    if not (about_cookies or about_data):
        return False
    # The topic in its name is the first signal.
    return 1 + has_form + about_cookies + about_data + _has_answer(element) >= _SIGNALS


def _has_answer(element: Element) -> bool:
    """Return whether a button or link answers the question of a banner."""
    return any(
        _ANSWER.match(visible_text(answer) or answer.get("value")) is not None
        for answer in element.find_all("button", "a", "input")
    )
