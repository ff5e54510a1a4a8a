"""What identity sends and receives."""

from pulseworks_contracts import AccountCreated, AccountUpdated, AuditRecorded, SessionRevoked

EMITS = (
    AccountCreated,  # a business signed up
    AccountUpdated,  # its name, website or timezone changed
    SessionRevoked,  # logout, reuse of a refresh token, change of password or role, deactivation, or by hand
)

CONSUMES = (
    AuditRecorded,  # from every service: appended to the account's log
)
