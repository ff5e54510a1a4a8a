from common.errors import ConflictError, NotFoundError


class BriefNotFoundError(NotFoundError):
    code = "brief_not_found"
    title = "There is no brief for this month"


class BriefExistsError(ConflictError):
    code = "brief_exists"
    title = "This month has a brief already"


class BriefInUseError(ConflictError):
    code = "brief_in_use"
    title = "Posts were made from this brief"
