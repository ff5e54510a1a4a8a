"""Errors in the vendor's format, always with all four keys: https://developers.openai.com/docs/guides/error-codes."""

from collections.abc import Mapping

from starlette.responses import JSONResponse


class OpenAIError(Exception):
    """An error response of the API; `kind` is the `type` of the body."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        self.param = param
        self.code = code
        self.headers = dict(headers or {})

    def response(self) -> JSONResponse:
        error = {"message": self.message, "type": self.kind, "param": self.param, "code": self.code}
        return JSONResponse({"error": error}, self.status, headers=self.headers)


def unknown_parameter(name: str) -> OpenAIError:
    return OpenAIError(400, f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")


def missing_parameter(name: str) -> OpenAIError:
    return OpenAIError(400, f"Missing required parameter: '{name}'.", param=name, code="missing_required_parameter")


def unsupported_parameter(name: str, model: str) -> OpenAIError:
    return OpenAIError(
        400,
        f"Unsupported parameter: '{name}' is not supported with this model ({model}).",
        param=name,
        code="unsupported_parameter",
    )


def unknown_model(model: str) -> OpenAIError:
    return OpenAIError(
        404,
        f"The model `{model}` does not exist or you do not have access to it.",
        code="model_not_found",
    )


def wrong_key(header: str | None) -> OpenAIError:
    if not header or not header.startswith("Bearer ") or not header[7:].strip():
        return OpenAIError(
            401,
            "You didn't provide an API key. You need to provide your API key in an Authorization header using"
            " Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
        )
    key = header[7:].strip()
    shown = key[:4] + "*" * 8 + key[-4:] if len(key) > 12 else "*" * 8
    return OpenAIError(
        401,
        f"Incorrect API key provided: {shown}. You can find your API key in your account's settings.",
        code="invalid_api_key",
    )


def rate_limited(retry_after_seconds: float) -> OpenAIError:
    return OpenAIError(
        429,
        f"Rate limit reached for requests. Please try again in {retry_after_seconds:g}s.",
        kind="requests",
        code="rate_limit_exceeded",
        headers={"retry-after": f"{retry_after_seconds:g}"},
    )


def quota_used_up() -> OpenAIError:
    return OpenAIError(
        429,
        "You exceeded your current quota, please check your plan and billing details.",
        kind="insufficient_quota",
        code="insufficient_quota",
    )


def server_error() -> OpenAIError:
    return OpenAIError(
        500, "The server had an error while processing your request. Sorry about that!", kind="server_error"
    )


def overloaded() -> OpenAIError:
    return OpenAIError(
        503,
        "That model is currently overloaded with other requests. You can retry your request.",
        kind="service_unavailable_error",
        code="server_is_overloaded",
    )
