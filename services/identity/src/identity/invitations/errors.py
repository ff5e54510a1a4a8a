from common.errors import ConflictError, NotFoundError


class AlreadyMemberError(ConflictError):
    code = "already_member"
    title = "This person already belongs to the account"


class InvitationInvalidError(NotFoundError):
    code = "invitation_invalid"
    title = "Invitation no longer valid"


class InvitationNotFoundError(NotFoundError):
    code = "invitation_not_found"
    title = "Invitation not found"
