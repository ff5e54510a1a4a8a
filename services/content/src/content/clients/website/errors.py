"""What can go wrong when a website is fetched, as texts for its owner.

Text from outside (host, type, reason) is shortened before it is quoted.
"""

from common.errors import AppError

_MAX_QUOTED = 120


class WebsiteError(AppError):
    """The website could not be read; `detail` says why and what the owner can do."""


class WebsiteUrlInvalidError(WebsiteError):
    code = "website_url_invalid"
    status = 422
    title = "This is not a website address"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"{url[:_MAX_QUOTED]!r} can't be used: {reason}. "
            "Enter the address as your browser shows it, for example https://www.example.com."
        )


class WebsiteAddressNotPublicError(WebsiteError):
    code = "website_address_not_public"
    status = 422
    title = "The website is not on the public Internet"

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(
            f"{host[:_MAX_QUOTED]} can't be read: {reason}. "
            "Enter the address of a public website, without a port number."
        )


class WebsiteUnreachableError(WebsiteError):
    code = "website_unreachable"
    status = 502
    title = "The website can't be reached"

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(
            f"{host[:_MAX_QUOTED]} could not be read: {reason}. "
            "Check the spelling, check that the website opens in a browser, then try again."
        )


class WebsiteAnswerError(WebsiteError):
    code = "website_answer"
    status = 502
    title = "The website did not return the page"

    def __init__(self, host: str, status: int) -> None:
        super().__init__(
            f"{host[:_MAX_QUOTED]} answered with status {status} instead of the page. "
            "Check that the page opens without a login; a firewall may be blocking our requests."
        )
        self.answered_status = status


class WebsiteTooLargeError(WebsiteError):
    code = "website_too_large"
    status = 422
    title = "The page is too large"

    def __init__(self, host: str, max_bytes: int) -> None:
        super().__init__(
            f"{host[:_MAX_QUOTED]} sent more than {max_bytes / 1_000_000:g} MB for one file. "
            "Enter the address of a smaller page, for example the one about the business."
        )


class WebsiteRedirectsError(WebsiteError):
    code = "website_redirects"
    status = 422
    title = "Too many or invalid redirects"

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(
            f"{host[:_MAX_QUOTED]} {reason}. Open the website in a browser and enter the address that it shows."
        )


class WebsiteTimeoutError(WebsiteError):
    code = "website_timeout"
    status = 504
    title = "The website is too slow"

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(f"{host[:_MAX_QUOTED]} did not finish within {seconds:g} seconds. Try again later.")


class WebsiteContentTypeError(WebsiteError):
    code = "website_content_type"
    status = 422
    title = "This is not a web page"

    def __init__(self, host: str, got: str) -> None:
        super().__init__(
            f"{host[:_MAX_QUOTED]} sent {got[:_MAX_QUOTED]}. Enter the address of a web page, not of a file."
        )
