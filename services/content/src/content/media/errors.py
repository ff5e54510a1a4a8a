from common.errors import InvalidError


class ImageUnreadableError(InvalidError):
    code = "image_unreadable"
    title = "This image can't be used"


class TextNotDrawableError(InvalidError):
    """The image can't show a text; `errors` names its field."""

    code = "text_not_drawable"
    title = "The image can't show this text, because no font has some of its characters"
