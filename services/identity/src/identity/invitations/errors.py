from common.errors import ConflictError, NotFoundError


class AlreadyMemberError(ConflictError):
    code = "already_member"
    title = "This person is in the account already"


class InvitationInvalidError(NotFoundError):
    code = "invitation_invalid"
    title = "This invitation does not hold any more"


class InvitationNotFoundError(NotFoundError):
    code = "invitation_not_found"
    title = "There is no such open invitation"
