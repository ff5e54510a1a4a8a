from common.errors import NotFoundError


class CalendarNotFoundError(NotFoundError):
    code = "calendar_not_found"
    title = "There is no such calendar URL"
