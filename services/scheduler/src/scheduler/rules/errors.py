from common.errors import ConflictError, InvalidError, NotFoundError


class RuleNotFoundError(NotFoundError):
    code = "posting_rule_not_set"
    title = "There is no posting rule yet"


class RuleNotSetError(ConflictError):
    code = "posting_rule_not_set"
    title = "There is no posting rule yet"


class TooFewDaysError(InvalidError):
    code = "too_few_days"
    title = "The rule names fewer days than its frequency needs"
