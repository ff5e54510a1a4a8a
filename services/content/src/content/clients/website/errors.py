"""What can go wrong when a website is fetched, told to the person whose website it is.

Everything from outside (host, type, reason) is shortened before it is quoted.
"""

from common.errors import AppError

_SHOWN = 120


class WebsiteError(AppError):
    """The website could not be read; `detail` says why and what the owner can do."""


class WebsiteUrlInvalidError(WebsiteError):
    code = "website_url_invalid"
    status = 422
    title = "This is not a website's address"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"{url[:_SHOWN]!r} can't be used: {reason}. "
            "Give the address as the browser shows it, for example https://www.example.com."
        )


class WebsiteAddressNotPublicError(WebsiteError):
    code = "website_address_not_public"
    status = 422
    title = "The website is not on the public Internet"

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(
            f"{host[:_SHOWN]} can't be read: {reason}. "
            "Give the address of a website that everybody can open, without a port number."
        )


class WebsiteUnreachableError(WebsiteError):
    code = "website_unreachable"
    status = 502
    title = "The website does not answer"

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(
            f"{host[:_SHOWN]} could not be read: {reason}. "
            "Check the spelling and that the website opens in a browser, then try again."
        )


class WebsiteAnswerError(WebsiteError):
    code = "website_answer"
    status = 502
    title = "The website refused to show the page"

    def __init__(self, host: str, status: int) -> None:
        super().__init__(
            f"{host[:_SHOWN]} answered with status {status} instead of the page. "
            "Check that the page opens without logging in; a firewall of the website may be turning us away."
        )
        self.answered_status = status


class WebsiteTooLargeError(WebsiteError):
    code = "website_too_large"
    status = 422
    title = "The page is too large"

    def __init__(self, host: str, max_bytes: int) -> None:
        super().__init__(
            f"{host[:_SHOWN]} sent more than {max_bytes / 1_000_000:g} MB for one file. "
            "Give the address of a smaller page, for example the one about the business."
        )


class WebsiteRedirectsError(WebsiteError):
    code = "website_redirects"
    status = 422
    title = "The website leads nowhere"

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(
            f"{host[:_SHOWN]} {reason}. Open the website in a browser and give the address shown at the end."
        )


class WebsiteTimeoutError(WebsiteError):
    code = "website_timeout"
    status = 504
    title = "The website is too slow"

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(f"{host[:_SHOWN]} did not finish within {seconds:g} seconds. Try again later.")


class WebsiteContentTypeError(WebsiteError):
    code = "website_content_type"
    status = 422
    title = "This is not a web page"

    def __init__(self, host: str, got: str) -> None:
        super().__init__(
            f"{host[:_SHOWN]} sent {got[:_SHOWN]}. Give the address of an ordinary web page, not of a file."
        )
