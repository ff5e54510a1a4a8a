from common.errors import BadRequestError


class CrossOriginRefusedError(BadRequestError):
    code = "cross_origin_refused"
    title = "Pages of this origin may not send this request"
