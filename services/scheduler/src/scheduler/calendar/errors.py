from common.errors import NotFoundError


class CalendarNotFoundError(NotFoundError):
    code = "calendar_not_found"
    title = "No such secret calendar URL exists"
