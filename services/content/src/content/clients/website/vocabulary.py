"""Words that tell what a page or a line of it is about, in the usual languages of Europe.

Those of links are without accents (`links` removes them). A star stands for any ending: `preis*` is also `Preisliste`.
All others are whole words: `fees` is not in `coffees`.
"""

import re

_ABOUT = """
about|aboutus|our story|story|history|who we are|meet*|team|founder*|philosophy|
uber|ueber|uber uns|ueber uns|wer wir sind|unternehmen|geschichte|betrieb|familie|philosophie|
a propos|apropos|propos|qui sommes nous|notre histoire|histoire|equipe|presentation|la maison|entreprise|
sobre|sobre nosotros|nosotros|quienes somos|conocenos|historia|equipo|empresa|
quem somos|sobre nos|equipa|equipe|chi siamo|la nostra storia|storia|azienda|
over ons|ons verhaal|om oss|om os|meista|yritys|o nas|o firmie|o mnie|o spolecnosti|kdo jsme
"""
_OFFERING = """
service*|treatment*|therap*|menu*|what we do|product*|produce|range|collection*|class|classes|courses|rooms|
leistung*|angebot*|behandlung*|produkt*|sortiment|speisekarte*|speisen|karte|dienstleistung*|kurse|zimmer|
prestation*|soins|produit*|carte|la carte|nos services|chambres|cours|
servicio*|tratamiento*|carta|la carta|servico*|tratamento*|cardapio|ementa|bolos|
serviz*|prodott*|trattament*|listino|dienst|diensten|behandeling*|aanbod|menukaart|
tjanster|tjenester|ydelser|behandlinger|palvelut|tuotteet|uslugi|oferta|sluzby|nabidka|zabiegi
"""
_PRICES = """
price*|pricing|rates|plans|fees|preis*|tarif*|kosten|prix|honoraires|precio*|tarifas|preco*|prezz*|tariff*|prijs|
prijzen|priser|prislista|hinnat|hinnasto|cennik*|cenik*|ceny
"""
_CONTACT = """
contact*|find us|location*|directions|visit|visit us|hours|opening hours|opening times|where we are|
kontakt*|anfahrt*|offnungszeit*|oeffnungszeit*|standort*|adresse|
horaire*|acces|nous trouver|ou nous trouver|plan d acces|contacto|horario*|donde estamos|ubicacion|
contato|onde estamos|localizacao|contatti|contattaci|dove siamo|orari|openingstijden|waar vind je ons|route|
oppettider|hitta hit|abningstider|apningstider|yhteystiedot|aukioloajat|godziny otwarcia|dojazd|oteviraci doba
"""
_MORE = """
faq|faqs|frequently asked questions|why|why us|offer*|gallery|portfolio|review*|testimonial*|work|our work|project*|
questions frequentes|avis|galerie|realisations|references|haufige fragen|referenzen|bewertungen|projekte|
preguntas frecuentes|opiniones|galeria|perguntas frequentes|domande frequenti|recensioni|galleria|lavori|
veelgestelde vragen|ervaringen|projecten|vanliga fragor|referenser|omtaler|opinie|realizacje|realizace
"""
_IRRELEVANT = """
cart|basket|checkout|wishlist|login|log in|logon|sign in|signin|sign up|signup|register|account|my account|privacy|
terms|legal|imprint|disclaimer|cookie policy|cookies policy|cookie notice|cookie settings|cookie*richtlinie|
accessibility|sitemap|search|gdpr|do not sell or share my personal information|do not sell my personal information|
impressum|datenschutz*|agb|nutzungsbedingungen|geschaftsbedingungen|geschaeftsbedingungen|widerruf*|
cookie einstellungen|warenkorb|kasse|anmelden|konto|suche|barrierefreiheit*|mentions legales|confidentialite|cgv|cgu|
conditions generales*|conditions d utilisation|terminos*|condiciones de uso|termini*|condizioni*|politique de cookies|
gestion des cookies|panier|connexion|mon compte|plan du site|privacidad|aviso legal|politica de cookies|carrito|
iniciar sesion|mi cuenta|privacidade|termos|politica de cookies|carrinho|minha conta|note legali|informativa|
cookie policy|carrello|accedi|privacybeleid|privacyverklaring|algemene voorwaarden|voorwaarden|cookiebeleid|
winkelwagen|inloggen|integritetspolicy|anvandarvillkor|varukorg|logga in|privatlivspolitik|handelsbetingelser|
personvern*|tietosuoja*|kayttoehdot|prywatnosci|regulamin|koszyk|logowanie|ochrana osobnich udaju|obchodni podminky|
kosik|prihlaseni|gizlilik|adatvedelem*
"""
_UNIMPORTANT = """
cookie|cookies|center|centre|settings|choices|rights|preferences|manage|data|protection|eu|uk|allgemeine|de vente|
policy|notice|statement|page|and|of|the|my|our|your|us|use|service|conditions|condition|info|information|
erklarung|erklaerung|hinweise|hinweis|und|de|des|du|la|le|les|et|politique|conditions|generales|politica|y|e|del|della|
di|e|da|dos|condiciones|condizioni|sulla|sui|het|en|van|och|og|i|polityka|o|a|zasady|generale|html|htm|php|asp|aspx
"""


def _pattern(words: str) -> re.Pattern[str]:
    """Match one of the words between spaces, as `links` prepares a text."""
    choices = [re.escape(word.strip()).replace(r"\*", "[a-z]*") for word in words.replace("\n", " ").split("|")]
    # Longer ones first, so that `sign in` is taken before `sign`.
    return re.compile(f"(?<= )(?:{'|'.join(sorted(filter(None, choices), key=len, reverse=True))})(?= )")


RANKS = tuple(map(_pattern, (_ABOUT, _OFFERING, _PRICES, _CONTACT, _MORE)))
"""What says most about a business, first."""
IRRELEVANT = _pattern(_IRRELEVANT)
UNIMPORTANT = _pattern(_UNIMPORTANT)
"""Words that say nothing beside an irrelevant one."""

LEGAL_LINE = re.compile(
    r"©|\(c\)\s*\d{4}|copyright|rights reserved|alle rechte|droits réservés|derechos reservados|diritti riservati|"
    r"direitos reservados|rechten voorbehouden|powered by|(?:site|website|design(?:ed)?|made) (?:by|with)",
    re.IGNORECASE,
)
"""Lines of a footer that say nothing about the business."""
NEEDS_SCRIPTS = re.compile(
    r"(?:enable|activate|turn on|requires?|needs?|without|aktivier\w*|einschalten|activ\w+|habilit\w+|attiva\w*|"
    r"inschakel\w*|zet)\b.{0,60}javascript|javascript.{0,60}(?:enabled?|disabled|required|aktivier|deaktiviert|"
    r"activ|désactivé|habilit|desactivad|attiv|disattivat|inschakel|uitgeschakeld)",
    re.IGNORECASE | re.DOTALL,
)
"""A page that asks for JavaScript instead of saying something."""
