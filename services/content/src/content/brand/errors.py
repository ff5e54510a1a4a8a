from common.errors import NotFoundError


class BrandNotFoundError(NotFoundError):
    code = "brand_not_found"
    title = "No brand profile yet"
