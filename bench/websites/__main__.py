"""Print what is read of each website, and draw a picture from it: `make bench-websites`."""

import argparse
import asyncio
import html
import sys
from pathlib import Path

from content.rendering.render import render

from websites.reading import Difference, Read, differences, read
from websites.site import Site, load_sites

_COLUMNS = (("site", 30), ("name", 28), ("primary", 8), ("accent", 8), ("logo", 22), ("pages", 6), ("ms", 6))


async def main(folder: Path, only: str) -> int:
    print("  ".join(title.ljust(width) for title, width in _COLUMNS))
    rows: list[tuple[Site, Read, list[Difference]]] = []
    for site in load_sites():
        if only not in site.slug:
            continue
        started = asyncio.get_running_loop().time()
        found = await read(site)
        milliseconds = round((asyncio.get_running_loop().time() - started) * 1000)
        rows.append((site, found, differences(site, found)))
        _print_row(site, found, rows[-1][2], milliseconds)
    await asyncio.to_thread(_write_pictures, folder, rows)
    failed = sum(bool(different) for _, _, different in rows)
    print(f"\n{len(rows) - failed} of {len(rows)} as expected. Pictures: {folder / 'index.html'}")
    return failed


def _write_pictures(folder: Path, rows: list[tuple[Site, Read, list[Difference]]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for site, found, _ in rows:
        (folder / f"{site.slug}.png").write_bytes(render(found.design).png)
    (folder / "index.html").write_text(_index(rows), "utf-8")


def _print_row(site: Site, found: Read, different: list[Difference], milliseconds: int) -> None:
    values = (site.slug, found.name, found.primary, found.accent, found.logo, str(len(found.pages)), str(milliseconds))
    cells = (value[:width].ljust(width) for value, (_, width) in zip(values, _COLUMNS, strict=True))
    print("  ".join(cells).rstrip(), flush=True)
    for each in different:
        print(f"    ≠ {each.field}: expected {each.expected!r}, read {each.read[:200]!r}", flush=True)


def _index(rows: list[tuple[Site, Read, list[Difference]]]) -> str:
    figures = "\n".join(_figure(site, found, different) for site, found, different in rows)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Websites and their pictures</title>'
        "<style>body{font:14px/1.4 sans-serif;display:grid;grid-template-columns:repeat(auto-fill,320px);gap:24px}"
        "figure{margin:0}img{width:320px;height:320px}i{display:inline-block;width:14px;height:14px}"
        f".wrong{{color:#b00}}</style>{figures}</html>"
    )


def _figure(site: Site, found: Read, different: list[Difference]) -> str:
    colours = "".join(
        f'<i style="background:{colour}"></i> {colour} ' for colour in (found.primary, found.accent) if colour != "none"
    )
    wrong = "".join(
        f'<br><b class="wrong">{html.escape(f"{each.field}: expected {each.expected}, read {each.read[:80]}")}</b>'
        for each in different
    )
    return (
        f'<figure><img src="{site.slug}.png" alt=""><figcaption>{html.escape(site.slug)} '
        f"({html.escape(', '.join(site.rules) or site.trade)})<br>{html.escape(found.name)}<br>{colours}{wrong}"
        f"</figcaption></figure>"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=Path("../.pulseworks/bench/websites"), help="folder of the pictures")
    parser.add_argument("--only", default="", help="part of a site's name")
    arguments = parser.parse_args()
    sys.exit(bool(asyncio.run(main(arguments.to, arguments.only))))
