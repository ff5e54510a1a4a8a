from common.errors import InvalidError


class ImageUnreadableError(InvalidError):
    code = "image_unreadable"
    title = "This image can't be used"
