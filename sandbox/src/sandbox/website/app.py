"""The website as a stand-in: pages, assets, `robots.txt` and `sitemap.xml`."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.standin import StandIn, StandInConfig, Store
from sandbox.website.awkward import awkward_routes
from sandbox.website.sites import ASSET_TYPES, SITE_NAMES, asset, load_site, page_url, render_page


class WebsiteConfig(StandInConfig):
    """The website has no switches."""


def create_website(config: WebsiteConfig | None = None, store: Store | None = None) -> StandIn[WebsiteConfig]:
    app = StandIn("website", config or WebsiteConfig(), store)
    app.mount(
        [
            Route("/", _index),
            Route("/robots.txt", _robots),
            Route("/sitemap.xml", _sitemap),
            *awkward_routes(),
            Route("/{site}/{path:path}", _site),
            Route("/{site}", _site),
        ]
    )
    return app


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


async def _index(_request: Request) -> Response:
    links = "".join(
        f'<li><a href="/{slug}/">{escape(load_site(slug).name)}</a>: {escape(load_site(slug).strapline)}</li>'
        for slug in SITE_NAMES
    )
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Sample websites</title><ul>{links}</ul>'
    )


async def _robots(request: Request) -> Response:
    return PlainTextResponse(
        f"User-agent: *\nAllow: /\nDisallow: /awkward/unwelcome\nSitemap: {_origin(request)}/sitemap.xml\n"
    )


async def _sitemap(request: Request) -> Response:
    origin = _origin(request)
    urls = "".join(
        f"<url><loc>{page_url(origin, slug, page)}</loc></url>" for slug in SITE_NAMES for page in load_site(slug).pages
    )
    return Response(
        f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"{urls}</urlset>",
        media_type="application/xml",
    )


async def _site(request: Request) -> Response:
    slug, path = request.path_params["site"], request.path_params.get("path")
    if slug not in SITE_NAMES:
        return HTMLResponse("<title>Not found</title><h1>There is no such website here.</h1>", 404)
    if path is None:
        return RedirectResponse(f"/{slug}/", 308)
    if path in ASSET_TYPES:
        return Response(
            asset(slug, path),
            headers={"content-type": ASSET_TYPES[path], "cache-control": "public, max-age=300"},
        )
    page = render_page(slug, path.rstrip("/"), _origin(request))
    if page is None:
        return HTMLResponse("<title>Not found</title><h1>We could not find that page.</h1>", 404)
    if path and not path.endswith("/"):
        return RedirectResponse(f"/{slug}/{path}/", 308)
    return HTMLResponse(page, headers={"cache-control": "public, max-age=60"})
