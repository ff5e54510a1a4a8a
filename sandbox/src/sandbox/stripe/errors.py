"""Errors in Stripe's format: `{"error": {"type", "code", "message", "param", ...}}` (docs.stripe.com/api/errors)."""

from typing import Any

from starlette.responses import JSONResponse


class StripeError(Exception):
    """An error response of the API; `stored` says whether an idempotency key keeps it."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        decline_code: str | None = None,
        stored: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.stored = stored
        fields = {"type": kind, "message": message, "code": code, "param": param, "decline_code": decline_code}
        self.error = {name: value for name, value in fields.items() if value is not None}
        if code is not None:
            self.error["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"

    @property
    def body(self) -> dict[str, Any]:
        return {"error": self.error}

    def response(self) -> JSONResponse:
        return JSONResponse(self.body, self.status)


def no_such(kind: str, identifier: str, param: str, *, status: int = 404) -> StripeError:
    return StripeError(status, f"No such {kind}: '{identifier}'", code="resource_missing", param=param, stored=True)


def missing(param: str) -> StripeError:
    return StripeError(400, f"Missing required param: {param}.", code="parameter_missing", param=param)


def unknown(param: str) -> StripeError:
    return StripeError(400, f"Received unknown parameter: {param}", code="parameter_unknown", param=param)


def invalid(message: str, param: str | None = None, code: str | None = None) -> StripeError:
    return StripeError(400, message, code=code, param=param)


def not_stood_in(what: str) -> StripeError:
    """Refuse what Stripe supports and the stand-in does not: ignoring it would mislead."""
    return StripeError(400, f"The stand-in does not support {what}.", code="not_stood_in", param=what)


def no_key(sent: str | None) -> StripeError:
    if not sent:
        return StripeError(
            401,
            "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer"
            " auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        )
    shown = sent[:8] + "*" * 8 + sent[-4:] if len(sent) > 16 else "*" * 8
    return StripeError(401, f"Invalid API Key provided: {shown}")
