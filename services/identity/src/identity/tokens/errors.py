from common.errors import ConflictError


class RotationInProgressError(ConflictError):
    code = "rotation_in_progress"
    title = "A new signing key is already published"
