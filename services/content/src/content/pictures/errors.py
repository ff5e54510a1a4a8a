from common.errors import UnavailableError


class PicturesBusyError(UnavailableError):
    code = "pictures_busy"
    title = "Old pictures of this post are being removed"
