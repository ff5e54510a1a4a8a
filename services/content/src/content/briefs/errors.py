from common.errors import ConflictError, NotFoundError


class BriefNotFoundError(NotFoundError):
    code = "brief_not_found"
    title = "No brief for this month"


class BriefExistsError(ConflictError):
    code = "brief_exists"
    title = "This month already has a brief"


class BriefInUseError(ConflictError):
    code = "brief_in_use"
    title = "The brief has posts, or its posts are being generated"
