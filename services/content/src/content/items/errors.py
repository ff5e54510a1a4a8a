from common.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class ContentNotFoundError(NotFoundError):
    code = "content_not_found"
    title = "Post not found"


class ContentChangedError(ConflictError):
    code = "content_changed"
    title = "The post has changed since you read it"


class ContentPublishedError(ConflictError):
    code = "content_published"
    title = "The post is live on a platform, so it can't be changed or deleted"


class NotApprovedError(ConflictError):
    code = "content_not_approved"
    title = "The post is not approved"


class AlreadyApprovedError(ConflictError):
    code = "content_already_approved"
    title = "The post is already approved"


class PlatformRulesError(InvalidError):
    code = "platform_rules"
    title = "The post violates a platform's limits"


class ApprovedByOthersError(ForbiddenError):
    code = "content_is_approved"
    title = "Only owners and admins may change approved posts"


EDIT_ERRORS = (ContentNotFoundError, ContentPublishedError, ApprovedByOthersError, ContentChangedError)
"""Why a post can't be edited now."""
