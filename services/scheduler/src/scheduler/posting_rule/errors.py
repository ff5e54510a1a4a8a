from common.errors import ConflictError, InvalidError, NotFoundError


class RuleNotFoundError(NotFoundError):
    code = "posting_rule_not_set"
    title = "No posting rule set"


class RuleNotSetError(ConflictError):
    code = "posting_rule_not_set"
    title = "No posting rule set"


class TooFewDaysError(InvalidError):
    code = "too_few_days"
    title = "Too few days for this number of posts"
