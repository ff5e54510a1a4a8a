"""Routes of the hosted pages."""

import secrets

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.stripe import checkout, invoices, portal
from sandbox.stripe.errors import StripeError
from sandbox.stripe.pages import checkout_page, closed_page, not_found_page, portal_page
from sandbox.stripe.world import World

_DECLINED = "4000000000000002"
_DECLINED_LATER = "4000000000000341"


class HostedPages:
    """Handles requests of a browser for the `url` of a session."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        return [
            Route("/c/pay/{id}", self.pay, methods=["GET", "POST"]),
            Route("/p/session/{id}", self.manage, methods=["GET", "POST"]),
        ]

    async def pay(self, request: Request) -> Response:
        """Show the checkout. A POST of `email` and `card` pays and redirects to the success URL (303)."""
        self._world.request = {"id": f"req_{secrets.token_hex(7)}", "idempotency_key": None}
        session = self._world.find("checkout.session", request.path_params["id"])
        if session is None:
            return HTMLResponse(not_found_page("checkout"), 404)
        if session["status"] == "open" and session["expires_at"] <= self._world.now:
            session = checkout.expire(self._world, session["id"])
        if session["status"] != "open":
            return HTMLResponse(closed_page(session), 410)
        customer = self._world.find("customer", session["customer"] or "") or {}
        email = customer.get("email") or session["customer_email"] or ""
        lines = checkout.line_items(self._world, session["id"])["data"]
        if request.method == "GET":
            return HTMLResponse(checkout_page(session, lines, email))
        form = await request.form()
        typed, card = str(form.get("email") or email), str(form.get("card", ""))
        if card == _DECLINED:
            words = "Your card was declined. Please try another card."
            return HTMLResponse(checkout_page(session, lines, typed, words), 402)
        done = checkout.complete(self._world, session["id"], typed or None)
        if card == _DECLINED_LATER:
            invoices.set_declining(self._world, done["customer"], declines=True)
        return RedirectResponse(checkout.success_url(done), 303)

    async def manage(self, request: Request) -> Response:
        """Show the portal. A POST of `action` and `subscription` executes the action and shows the page again."""
        self._world.request = {"id": f"req_{secrets.token_hex(7)}", "idempotency_key": None}
        session = self._world.find("billing_portal.session", request.path_params["id"])
        if session is None:
            return HTMLResponse(not_found_page("portal session"), 404)
        error = ""
        if request.method == "POST":
            form = await request.form()
            try:
                portal.act(self._world, session["id"], str(form.get("action", "")), str(form.get("subscription", "")))
            except StripeError as refused:
                error = str(refused)
        page = portal_page(session, portal.living_subscriptions(self._world, session["customer"]), error)
        return HTMLResponse(page, 400 if error else 200)
