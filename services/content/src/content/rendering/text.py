"""Fit a text into a box: line breaks, font size, shortening."""

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from content.rendering.characters import clean, face_for
from content.rendering.fonts import CAP_HEIGHT, Face, font

ELLIPSIS = "…"

# A line should not end with one of these (English, Portuguese, French, Spanish, German, Māori).
_NON_FINAL_WORDS = """
a an the of to in on for at by your our my and or with from
o os as um uma de do da dos das em no na e ou para por com seu sua
le la les un une des du et au aux en à pour el los y der die das ein eine und zu te he ngā
"""
_NON_FINAL = frozenset(_NON_FINAL_WORDS.split())

# A last line of one word, shorter than this fraction of the others, is a widow.
_WIDOW = 0.6

_OPENERS = frozenset("(«“‘[&+•→")
_FEW_WORDS = 3
_MIN_KEPT = 0.6

# The font may shrink to this fraction of the largest possible size if the lines then break better.
_MIN_SIZE_RATIO = 0.72


@dataclass(frozen=True, slots=True)
class Style:
    face: Face
    tracking: float = 0.0
    """Extra space between letters, as a fraction of the font size."""
    leading: float = 1.2
    """Distance of baselines, as a fraction of the font size."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Lines at a font size in pixels, ready to draw."""

    lines: tuple[str, ...]
    size: int
    style: Style

    @property
    def line_height(self) -> float:
        return self.size * self.style.leading

    @property
    def height(self) -> float:
        """From the top of the first line's capitals to the last baseline, plus room for descenders."""
        return (len(self.lines) - 1) * self.line_height + self.size * 0.9 if self.lines else 0.0

    @property
    def rise(self) -> float:
        """From the top of the first line's capitals to the last baseline."""
        if not self.lines:
            return 0.0
        return (len(self.lines) - 1) * self.line_height + self.size * CAP_HEIGHT[self.style.face]

    @property
    def width(self) -> float:
        return max((measure(line, self.style, self.size) for line in self.lines), default=0.0)


@lru_cache(maxsize=16_384)
def measure(text: str, style: Style, size: int) -> float:
    """Width in pixels."""
    return font(style.face, size).getlength(text) + style.tracking * size * max(len(text) - 1, 0)


def fit(text: str, style: Style, *, width: float, height: float, sizes: tuple[int, int], max_lines: int) -> Setting:
    """Set a text as large as the box allows, between the sizes (largest, smallest).

    A text that does not fit at the smallest size is cut after a word and ends with an ellipsis. One that the face can't
    show is set in another face.
    """
    style = replace(style, face=face_for(text, style.face))
    words = _words(clean(text, style.face))
    largest, smallest = sizes
    best: Setting | None = None
    best_score = 0.0
    largest_possible = 0
    for size in _descending(largest, smallest):
        if size < largest_possible * _MIN_SIZE_RATIO:
            break
        broken = _break(words, style, size, width)
        if broken is None or len(broken.lines) > max_lines:
            continue
        setting = Setting(broken.lines, size, style)
        if setting.height > height:
            continue
        largest_possible = largest_possible or size
        score = size * (1 - min(broken.badness, 0.8))
        if score > best_score:
            best, best_score = setting, score
    return best or _shortened(words, style, smallest, width=width, height=height, max_lines=max_lines)


def _words(text: str) -> list[str]:
    """Split where a line may break. A dash, percent sign or French punctuation stays with the previous word."""
    words: list[str] = []
    for word in text.split():
        if words and not any(character.isalnum() for character in word) and word not in _OPENERS:
            words[-1] += f" {word}"
        else:
            words.append(word)
    return words


def headline_sizes(text: str, sizes: tuple[int, int]) -> tuple[int, int]:
    """Return the sizes for a headline; one of a few words may be 1.6 times as large."""
    largest, smallest = sizes
    return (round(largest * 1.6), smallest) if len(text.split()) <= _FEW_WORDS else sizes


def shorten(text: str, style: Style, size: int, width: float) -> str:
    """Return one line, cut with an ellipsis if it is too long, after a word if that loses little."""
    text = clean(text, style.face)
    if measure(text, style, size) <= width:
        return text
    whole = text
    while text and measure(text + ELLIPSIS, style, size) > width:
        text = text[:-1]
    after_word = text if whole[len(text) : len(text) + 1] in ("", " ") else text.rpartition(" ")[0]
    if len(after_word) >= len(text) * _MIN_KEPT:
        text = after_word
    text = text.rstrip(" ,.;:–—-&")
    return text + ELLIPSIS if text else ""


def break_lines(words: list[str], style: Style, size: int, width: float) -> tuple[str, ...] | None:
    """Break into as few lines as possible, of similar length; None if a word is too wide."""
    broken = _break(words, style, size, width)
    return None if broken is None else broken.lines


@dataclass(frozen=True, slots=True)
class _Broken:
    lines: tuple[str, ...]
    badness: float
    """0 for lines of equal length that end well; 1 is bad."""


def _break(words: list[str], style: Style, size: int, width: float) -> _Broken | None:
    if not words:
        return _Broken((), 0.0)
    widths = [measure(word, style, size) for word in words]
    if max(widths) > width:
        return None
    space = measure("n n", style, size) - measure("nn", style, size)
    count = _fewest_lines(widths, space, width)
    even = (sum(widths) + space * (len(words) - count)) / count
    return _most_even(words, widths, space, width=width, even=even, count=count)


def _descending(largest: int, smallest: int) -> list[int]:
    sizes = [largest]
    while sizes[-1] > smallest:
        sizes.append(max(smallest, min(sizes[-1] - 2, round(sizes[-1] * 0.95))))
    return sizes


def _fewest_lines(widths: list[float], space: float, width: float) -> int:
    count, used = 1, -space
    for word in widths:
        if used + space + word > width:
            count, used = count + 1, -space
        used += space + word
    return count


def _most_even(
    words: list[str], widths: list[float], space: float, *, width: float, even: float, count: int
) -> _Broken:
    """Minimize the badness over all ways to break into `count` lines (dynamic programming over break points)."""
    sums = [0.0]
    for word in widths:
        sums.append(sums[-1] + word)
    last = len(words)
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for _ in range(count):
        reached: dict[int, tuple[float, int]] = {}
        for start, (badness, _) in best[-1].items():
            for end in range(start + 1, last + 1):
                line = sums[end] - sums[start] + space * (end - start - 1)
                if line > width + 0.01:
                    break
                total = badness + _badness(line / even, words[end - 1], ends_text=end == last, alone=end - start == 1)
                if end not in reached or total < reached[end][0]:
                    reached[end] = (total, start)
        best.append(reached)
    ends = [last]
    for reached in reversed(best[1:]):
        ends.append(reached[ends[-1]][1])
    lines = tuple(" ".join(words[start:end]) for start, end in pairwise(reversed(ends)))
    return _Broken(lines, max(0.0, best[-1][last][0]))


def _badness(fullness: float, last_word: str, *, ends_text: bool, alone: bool) -> float:
    badness = (1 - fullness) ** 2
    if ends_text:
        return badness + (0.35 if alone and fullness < _WIDOW else 0.0)
    if last_word.lower() in _NON_FINAL:
        badness += 0.12
    elif last_word[-1] in ".,;:!?–—":
        badness -= 0.06
    return badness


def _shortened(words: list[str], style: Style, size: int, *, width: float, height: float, max_lines: int) -> Setting:
    words = [shorten(word, style, size, width) for word in words]
    for kept in range(len(words), 0, -1):
        candidate = words[:kept]
        if kept < len(words):
            candidate = _with_ellipsis(candidate, style, size, width)
        lines = break_lines(candidate, style, size, width)
        if lines is not None and len(lines) <= max_lines:
            setting = Setting(lines, size, style)
            if setting.height <= height:
                return setting
    return Setting((), size, style)


def _with_ellipsis(words: list[str], style: Style, size: int, width: float) -> list[str]:
    """End on a word that may end a line: "the best of the…" loses its last two words."""
    while len(words) > 1 and words[-1].lower() in _NON_FINAL:
        words = words[:-1]
    last = words[-1].rstrip(" ,.;:!?–—-…")
    return [*words[:-1], shorten(last + ELLIPSIS, style, size, width)]
