"""The colours that frameworks, site builders and plug-ins bring along, which say little about a business."""

import re
from collections.abc import Iterable

from content.rendering.colour import RGB, parse_hex

DEFAULT_FACTOR = 0.1

_BOOTSTRAP = """
0d6efd 6610f2 6f42c1 d63384 dc3545 fd7e14 ffc107 198754 20c997 0dcaf0 0b5ed7 0a58ca 0a53be 157347 146c43 bb2d3b b02a37
31d2f2 25cfef ffca2c ffcd39 86b7fe 6c757d 495057 343a40 212529 007bff 6610f2 e83e8c 28a745 17a2b8 0069d9 0062cc 0056b3
218838 1e7e34 138496 117a8b e0a800 d39e00 c82333 bd2130 337ab7 5cb85c 5bc0de f0ad4e d9534f 23527c 286090 204d74 2e6da4
449d44 31b0d5 ec971f c9302c 428bca 052c65 cfe2ff
"""
_WORDPRESS = """
abb8c3 f78da7 cf2e2e ff6900 fcb900 7bdcb5 00d084 8ed1fc 0693e3 9b51e0 32373c 007cba 3858e9 006ba1 005a87 0073aa 2271b1
006088 a46497 7f54b3 720eec b81c23 8fae1b 1e85be e2401c 77a464 958e09 cd2653 2ea3f2 6ec1e4 54595f 7a7a7a 61ce70 cc3366
046bd2 045cb4 0274be 0170b9 1e73be 13aff0
"""
_LIBRARIES = "563d7c 712cf9 317efb 007aff 3898ec 00b3ff 1863dc 00a99d 3b82f6 2563eb 007bff 0082f3 1a73e8 4285f4"
_TAILWIND_GREYS = """
f8fafc f1f5f9 e2e8f0 cbd5e1 94a3b8 64748b 475569 334155 1e293b 0f172a 020617 f9fafb f3f4f6 e5e7eb d1d5db 9ca3af 6b7280
4b5563 374151 1f2937 111827 030712 71717a 52525b 3f3f46 27272a 18181b 78716c 57534e 44403c 292524 1c1917
62748e 45556c 314158 1d293d 0f172b 6a7282 4a5565 364153 1e2939 101828 79716b
"""


def _colours(text: str) -> frozenset[RGB]:
    return frozenset(parse_hex(each) for each in text.split())


_DEFAULTS = _colours(_BOOTSTRAP + _WORDPRESS + _LIBRARIES)
_GREYS = _colours(_TAILWIND_GREYS)

# Classes that these frameworks style. A colour above counts as theirs only in a rule for nothing else, or for a bare
# element: a business may have chosen the same blue.
_FRAMEWORK_CLASS = re.compile(
    r"(?:btn|badge|bg|text|alert|nav|navbar|link|border|list-group|page|progress|form|custom|card|table|dropdown|"
    r"pagination|close|breadcrumb|spinner|toast|accordion|valid|invalid|was-validated|focus|figure|modal|popover|tooltip|"
    r"carousel|offcanvas|label|panel|has|wp|wc|woocommerce|et_pb|et|elementor|e|ast|swiper|w|onsale|button|alt|price|stars|"
    r"added_to_cart|single_add_to_cart_button|cart|added|plyr|splide|slick|cky|cn)(?:[-_].*)?"
)
_BUILDER_CLASS = re.compile(r"w-[a-z].*|swiper.*|slick-.*|fa[bsr]?|fa-.*|dashicons.*|screen-reader-text|skip-link")
_SOCIAL = re.compile(
    r"wp-(?:block-)?social-link|facebook|twitter|instagram|linkedin|youtube|whatsapp|pinterest|tiktok|telegram|snapchat|"
    r"messenger|tripadvisor|trustpilot|star-?rating|(?<![a-z])(?:rating|stars?)(?![a-z])|addtoany|addthis|sharedaddy|share-button|google-plus|fa-square-"
)
_FRAMEWORK_VARIABLE = re.compile(r"--(?:bs|wp|wc|woocommerce|e|tw|swiper|ast|et|plyr|fa|cky|global-palette)-")
_SIGNAL = re.compile(r"danger|error|warning|invalid|alert|notice|destructive|(?<![a-z])(?:on)?sale(?![a-z])|discount")


def is_signal(words: Iterable[str]) -> bool:
    """Return whether classes, ids or a variable's name say that the colour means danger, or a lower price."""
    return any(_SIGNAL.search(word) for word in words)


def is_social(words: Iterable[str]) -> bool:
    """Return whether it is the colour of a social network, or of the stars of a rating."""
    return any(_SOCIAL.search(word) for word in words)


def selector_factor(words: list[str], colour: RGB) -> float:
    """Return how much a colour counts in a rule with these classes and ids."""
    if colour in _GREYS or is_social(words):
        return DEFAULT_FACTOR
    if words and all(_BUILDER_CLASS.fullmatch(word) for word in words):
        return DEFAULT_FACTOR
    if colour in _DEFAULTS and all(_FRAMEWORK_CLASS.fullmatch(word) for word in words):
        return DEFAULT_FACTOR
    return 1.0


def variable_factor(name: str, colour: RGB) -> float:
    """Return how much a colour counts as the value of a custom property."""
    is_default = colour in _GREYS or (colour in _DEFAULTS and _FRAMEWORK_VARIABLE.match(name))
    return DEFAULT_FACTOR if is_default else 1.0
