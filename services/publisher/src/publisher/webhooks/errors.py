from common.errors import BadRequestError, UnauthenticatedError


class WebhookNotSignedError(UnauthenticatedError):
    code = "webhook_signature_invalid"
    title = "The signature does not match the body"
    headers = {}  # noqa: RUF012 - declared ClassVar by the base


class WebhookMalformedError(BadRequestError):
    code = "webhook_malformed"
    title = "The body is not a JSON object"
