from common.errors import UnavailableError


class PicturesBusyError(UnavailableError):
    code = "pictures_busy"
    title = "Earlier images of the post are being removed; try again in a few seconds"
