from common.errors import AppError


class MethodNotAllowedError(AppError):
    code = "method_not_allowed"
    status = 405
    title = "Method not allowed"
