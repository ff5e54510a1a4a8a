from common.errors import ConflictError, InvalidError, NotFoundError


class RuleNotFoundError(NotFoundError):
    code = "posting_rule_not_set"
    title = "The account has no posting rule yet"


class RuleNotSetError(ConflictError):
    code = "posting_rule_not_set"
    title = "The account has no posting rule yet"


class TooFewDaysError(InvalidError):
    code = "too_few_days"
    title = "Too few days of the week for this number of posts"
