"""The two pages that a customer sees: checkout and portal. Plain forms, no script, no external resources."""

from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

_STYLE = (Path(__file__).parent / "pages.css").read_text("utf-8")


def money(cents: int, currency: str) -> str:
    return f"{currency.upper()} {cents / 100:,.2f}"


def day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%-d %B %Y")


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        "<header><b>Payments</b><span>stand-in, no real money</span></header>"
        f"<main>{body}</main></body></html>"
    )


def _link(url: str | None, words: str) -> str:
    return f'<p><a href="{escape(url)}">{words}</a></p>' if url else ""


def checkout_page(session: dict[str, Any], lines: list[dict[str, Any]], email: str, error: str = "") -> str:
    """Return the hosted checkout of an open session. Its form posts to its own URL."""
    rows = "".join(
        f"<tr><td>{escape(line['description'])}<br><small>{line['quantity']} × "
        f"{money(line['price']['unit_amount'], line['currency'])} a month</small></td>"
        f"<td>{money(line['amount_total'], line['currency'])}</td></tr>"
        for line in lines
    )
    total = money(session["amount_total"], session["currency"])
    notice = f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
    back = _link(session["cancel_url"], "Go back without paying")
    return _page(
        "Subscribe",
        f'<div class="card"><h1>Subscribe</h1>{notice}<table>{rows}'
        f'<tr class="total"><td>Today</td><td>{total}</td></tr></table>'
        '<form method="post"><label for="email">Email</label>'
        f'<input id="email" name="email" type="email" autocomplete="email" required value="{escape(email)}">'
        '<label for="card">Card</label><select id="card" name="card">'
        '<option value="4242424242424242">4242 4242 4242 4242 (is accepted)</option>'
        '<option value="4000000000000002">4000 0000 0000 0002 (is declined)</option>'
        '<option value="4000000000000341">4000 0000 0000 0341 (declined at the next payment)</option></select>'
        f'<button class="wide" type="submit">Pay {total}</button></form></div>{back}',
    )


def closed_page(session: dict[str, Any]) -> str:
    words = {
        "complete": "This checkout is complete. Thank you.",
        "expired": "This checkout has expired. Please start again.",
    }
    return _page("Subscribe", f'<div class="card"><h1>{words[session["status"]]}</h1></div>')


def not_found_page(what: str) -> str:
    return _page("Not found", f'<div class="card"><h1>No such {escape(what)}.</h1></div>')


def portal_page(session: dict[str, Any], subscriptions: list[dict[str, Any]], error: str = "") -> str:
    """Return the customer portal. Its buttons post an action to the page's own URL."""
    cards = "".join(_subscription(item) for item in subscriptions)
    notice = f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
    back = _link(session["return_url"], "Return")
    nothing = '<div class="card"><h1>You have no subscription.</h1></div>'
    return _page("Your subscription", f"{notice}{cards or nothing}{back}")


def _subscription(item: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{escape(part['price']['product'].removeprefix('prod_').capitalize())}</td>"
        f"<td>{money(part['price']['unit_amount'] * part['quantity'], part['price']['currency'])} a month</td></tr>"
        for part in item["items"]["data"]
    )
    bad = "" if item["status"] in ("active", "trialing") else " bad"
    end = day(min(part["current_period_end"] for part in item["items"]["data"]))
    ends = item["cancel_at_period_end"]
    buttons = (
        _button(item, "resume", "Keep my subscription")
        if ends
        else _button(item, "cancel", "Cancel at the end of the period", "plain")
    )
    if bad:
        buttons += _button(item, "new_card", "Use another card and pay")
    buttons += _button(item, "cancel_now", "Cancel now", "warn")
    several = (
        "<small>Plans of several products can't be changed here.</small>" if len(item["items"]["data"]) > 1 else ""
    )
    status = escape(item["status"].replace("_", " "))
    return (
        f'<div class="card"><h2>Subscription <span class="status{bad}">{status}</span></h2>'
        f"<table>{rows}</table><p>{'Ends' if ends else 'Renews'} on {end}.</p>{several}<div>{buttons}</div></div>"
    )


def _button(item: dict[str, Any], action: str, words: str, style: str = "") -> str:
    return (
        f'<form class="inline" method="post"><input type="hidden" name="subscription" value="{escape(item["id"])}">'
        f'<button class="{style}" name="action" value="{action}">{words}</button></form>'
    )
