from common.errors import NotFoundError


class BrandNotFoundError(NotFoundError):
    code = "brand_not_found"
    title = "There is no brand profile yet"
