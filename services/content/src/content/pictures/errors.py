from common.errors import UnavailableError


class PicturesBusyError(UnavailableError):
    code = "pictures_busy"
    title = "The image is busy"
