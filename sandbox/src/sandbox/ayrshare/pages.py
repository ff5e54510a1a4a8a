"""The pages that a browser shows while a customer connects accounts."""

from collections.abc import Mapping
from html import escape
from typing import Any

_NAMES = {"facebook": "Facebook Page", "instagram": "Instagram account"}
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem; color: #1d2733 }
h1 { font-size: 1.5rem } fieldset { border: 1px solid #c9d3de; border-radius: .5rem; margin: 0 0 1rem; padding: 1rem }
legend { font-weight: 600; padding: 0 .4rem } label { display: block; padding: .2rem 0 } small { color: #5a6b7c }
button { font: inherit; padding: .6rem 1.4rem; border: 0; border-radius: .5rem; background: #1f5eff; color: #fff }
"""


def link_page(offered: Mapping[str, Any]) -> str:
    """Return the form with the accounts that this customer can connect; `offered` as in the page's JSON."""
    fields = "".join(
        _fieldset(platform, accounts, offered["linked"].get(platform))
        for platform, accounts in offered["offers"].items()
    )
    return _page(
        f"Social accounts for {offered['title']}",
        f'<form method="post">{fields}<button>Connect</button></form>'
        f"<p><small>This link works until {escape(offered['expires_at'])}.</small></p>",
    )


def connected_page(title: str, linked: Mapping[str, Any]) -> str:
    """Return the confirmation for a session without a redirect."""
    items = "".join(f"<li>{_NAMES[platform]}: {escape(account['name'])}</li>" for platform, account in linked.items())
    return _page(f"{title} is connected", f"<ul>{items}</ul><p>You can close this window.</p>")


def gone_page(reason: str) -> str:
    return _page("This link does not work", f"<p>{escape(reason)} Request a new one.</p>")


def refused_page(reason: str) -> str:
    return _page("Nothing was connected", f'<p>{escape(reason)}</p><p><a href="">Back</a></p>')


def _fieldset(platform: str, accounts: list[dict[str, str]], current: dict[str, Any] | None) -> str:
    linked_id = current["id"] if current else accounts[0]["id"]
    choices = "".join(
        f'<label><input type="radio" name="{platform}" value="{escape(account["id"])}"'
        f"{' checked' if account['id'] == linked_id else ''}> {escape(account['name'])} "
        f"<small>{escape(account['id'])}</small></label>"
        for account in accounts
    )
    state = ""
    if current:
        state = (
            f"<p>Connected: {escape(current['name'])} "
            f'<label><input type="checkbox" name="unlink" value="{platform}"> disconnect</label></p>'
        )
    none = f'<label><input type="radio" name="{platform}" value=""> leave as it is</label>'
    return f"<fieldset><legend>{_NAMES[platform]}</legend>{state}{choices}{none}</fieldset>"


def _page(title: str, body: str) -> str:
    shown = escape(title)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{shown}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>{shown}</h1>{body}<p><small>Sandbox: no real network is involved.</small></p></html>"
    )
