from common.errors import InvalidError


class ImageUnreadableError(InvalidError):
    code = "image_unreadable"
    title = "This image can't be used"


class TextNotDrawableError(InvalidError):
    """The image can't show a text; `errors` names its field."""

    code = "text_not_drawable"
    title = "The drawn image can't show this text: too long, or in characters that no font has"
