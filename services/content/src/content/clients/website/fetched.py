"""A fetched resource and its text, decoded as a browser does (WHATWG, Encoding and HTML 13.2.3)."""

import codecs
import re
from dataclasses import dataclass

import webencodings
from tinyhtml5.inputstream import EncodingParser

_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]{1,40})", re.IGNORECASE)
_CSS_CHARSET = re.compile(rb'@charset "([^"]{1,40})";')
_XML_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}?\sencoding\s*=\s*["']([^"'>]{1,40})["']""")
# HTML: browsers look at the first 1,024 bytes, and read the page again if a later <meta> names another encoding.
_PRESCANNED_BYTES = 16_384
_EUC_JP_ERRORS = "website.euc_jp"


@dataclass(frozen=True, slots=True)
class Fetched:
    url: str
    """The final URL, after redirects."""
    content_type: str
    """The header as sent."""
    body: bytes
    """Decompressed."""
    complete: bool = True
    """False: only the first part of a page that is too large, or whose transfer broke off."""
    redirects: int = 0
    """How many were followed to get here."""
    refresh: str = ""
    """The header of this name: browsers read it like `<meta http-equiv=refresh>`."""

    @property
    def media_type(self) -> str:
        return self.content_type.partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body decoded by byte order mark, header, or what the document itself names. Never raises."""
        encoding, body = _encoding_of(self)
        return _decoded(body, encoding)


def _encoding_of(fetched: Fetched) -> tuple[webencodings.Encoding, bytes]:
    """Return the encoding, and the body without a byte order mark."""
    body = fetched.body
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16le"),
        (codecs.BOM_UTF16_BE, "utf-16be"),
    ):
        if body.startswith(mark):
            return webencodings.lookup(name), body[len(mark) :]
    header = _HEADER_CHARSET.search(fetched.content_type)
    named = webencodings.lookup(header.group(1)) if header else None
    return named or _named_inside(fetched) or _guessed(fetched), body


def _named_inside(fetched: Fetched) -> webencodings.Encoding | None:
    start = fetched.body[:_PRESCANNED_BYTES]
    if fetched.media_type == "text/css":
        charset = _CSS_CHARSET.match(start)
        named = webencodings.lookup(charset.group(1).decode("latin-1")) if charset else None
    else:
        declared = _XML_ENCODING.match(start)
        named = EncodingParser(start).get_encoding() or (
            webencodings.lookup(declared.group(1).decode("latin-1")) if declared else None
        )
    if named is None:
        return None
    # What names its encoding in ASCII is not UTF-16 (HTML, 13.2.3.2).
    instead = {"utf-16le": "utf-8", "utf-16be": "utf-8", "x-user-defined": "windows-1252"}.get(named.name)
    return webencodings.lookup(instead) if instead else named


def _guessed(fetched: Fetched) -> webencodings.Encoding:
    """Return UTF-8 for what is valid UTF-8, else the usual legacy encoding of the page's language."""
    # The end of a page that was cut off may be half a character.
    complete = codecs.getincrementaldecoder("utf-8")()
    try:
        complete.decode(fetched.body, final=fetched.complete)
    except UnicodeDecodeError:
        language = _LANGUAGE.search(fetched.body[:_PRESCANNED_BYTES])
        tag = language.group(1).decode("ascii").lower() if language else ""
        return webencodings.lookup(_LEGACY.get(tag) or _LEGACY.get(tag.partition("-")[0], "windows-1252"))
    return webencodings.UTF8


_LANGUAGE = re.compile(rb"<html[^>]{0,300}?\slang\s*=\s*[\"']?([a-z]{2,3}(?:-[a-z]{2,4})?)", re.IGNORECASE)
# The fallback by locale (HTML, 13.2.3.2, step 9).
_LEGACY = {
    "ar": "windows-1256",
    "be": "windows-1251",
    "bg": "windows-1251",
    "cs": "windows-1250",
    "el": "iso-8859-7",
    "et": "windows-1257",
    "fa": "windows-1256",
    "he": "windows-1255",
    "hr": "windows-1250",
    "hu": "iso-8859-2",
    "ja": "shift_jis",
    "ko": "euc-kr",
    "lt": "windows-1257",
    "lv": "windows-1257",
    "mk": "windows-1251",
    "pl": "iso-8859-2",
    "ru": "windows-1251",
    "sk": "windows-1250",
    "sl": "iso-8859-2",
    "sr": "windows-1251",
    "th": "windows-874",
    "tr": "windows-1254",
    "uk": "windows-1251",
    "vi": "windows-1258",
    "zh": "gb18030",
    "zh-hk": "big5",
    "zh-tw": "big5",
    "zh-hant": "big5",
}


def _decoded(body: bytes, encoding: webencodings.Encoding) -> str:
    match encoding.name:
        case "gbk":
            # The standard decodes both with the larger one.
            return body.decode("gb18030", "replace")
        case "euc-jp":
            return body.decode("euc_jp", _EUC_JP_ERRORS)
        case _:
            text, _ = encoding.codec_info.decode(body, "replace")
            return str(text)


def _euc_jp_error(error: UnicodeError) -> tuple[str | bytes, int]:
    """Decode the characters of NEC and IBM (`①`, `㈱`, `髙`), which the web's EUC-JP has and Python's does not."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    lead, trail = (*error.object[error.start : error.start + 2], 0, 0)[:2]
    if 0xA1 <= lead <= 0xFE and 0xA1 <= trail <= 0xFE:
        row, cell = lead - 0xA1, trail - 0xA1
        first = row // 2 + (0x81 if row < 62 else 0xC1)
        second = cell + (0x9F if row % 2 else 0x40 if cell < 63 else 0x41)
        try:
            return bytes((first, second)).decode("cp932"), error.start + 2
        except UnicodeDecodeError:
            return "\ufffd", error.start + 2
    return "\ufffd", error.start + 1


codecs.register_error(_EUC_JP_ERRORS, _euc_jp_error)
