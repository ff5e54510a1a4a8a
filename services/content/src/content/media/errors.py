from common.errors import ConflictError, InvalidError


class ImageUnreadableError(InvalidError):
    code = "image_unreadable"
    title = "This picture can't be used"


class OwnImageError(ConflictError):
    code = "image_is_own"
    title = "The picture is the account's own and is not drawn anew"
