"""A fetched resource and its text."""

import codecs
import re
from dataclasses import dataclass

_HEADER_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]{1,40})", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_SNIFFED_BYTES = 4_096

# Like browsers: Latin-1 is read as Windows-1252, its superset (WHATWG, Encoding).
_WINDOWS_1252 = frozenset({"iso8859-1", "ascii"})

# Python's names of the web's charsets. Its other codecs (idna, unicode_escape, zip) are not allowed.
_CHARSETS = frozenset(
    {"utf-8", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u", "mac-roman", "gb18030", "gbk", "gb2312"}
    | {"big5", "euc_jp", "shift_jis", "iso2022_jp", "euc_kr", "cp874"}
    | {f"cp{page}" for page in range(1250, 1259)}
    | {f"iso8859-{part}" for part in range(1, 17)}
)


@dataclass(frozen=True, slots=True)
class Fetched:
    url: str
    """The final URL, after redirects."""
    content_type: str
    """The header as sent."""
    body: bytes
    """Decompressed."""

    @property
    def media_type(self) -> str:
        return self.content_type.partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body decoded by byte order mark, header or `<meta charset>`, else as UTF-8. Never raises."""
        if self.body.startswith(codecs.BOM_UTF8):
            return self.body[3:].decode("utf-8", "replace")
        if self.body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return self.body.decode("utf-16", "replace")
        named = _known_charset(self._named_charset())
        if named is not None:
            return self.body.decode(named, "replace")
        try:
            return self.body.decode("utf-8")
        except UnicodeDecodeError:
            return self.body.decode("cp1252", "replace")

    def _named_charset(self) -> str | None:
        header = _HEADER_CHARSET.search(self.content_type)
        if header:
            return header.group(1)
        meta = _META_CHARSET.search(self.body[:_SNIFFED_BYTES])
        return meta.group(1).decode("ascii", "ignore") if meta else None


def _known_charset(name: str | None) -> str | None:
    if not name:
        return None
    try:
        codec = codecs.lookup(name).name
    except (LookupError, UnicodeError, ValueError):
        return None
    if codec in _WINDOWS_1252:
        return "cp1252"
    return codec if codec in _CHARSETS else None
