from common.http import create_app
from fastapi import FastAPI

from identity.accounts import routes as accounts
from identity.audit import routes as audit
from identity.auth import routes as auth
from identity.factory import ProcessContext
from identity.invitations import routes as invitations
from identity.memberships import routes as memberships
from identity.sessions import routes as sessions
from identity.tokens import routes as tokens
from identity.users import routes as users

_TAGS = {
    "Authentication": "Sign up, sign in, refresh the tokens, change the password, and end sessions.",
    "Invitations": "Invite people into the account; a person who accepts becomes a user of it.",
    "Account": "The business: its name, website and time zone. Posts are scheduled in that zone.",
    "Users": "The users of the account: their roles, and whether they may sign in.",
    "Audit log": "Who did what and when. A hash chain shows whether an entry was changed or removed later.",
    "Keys": "The public keys that verify access tokens.",
}


def create_api(context: ProcessContext) -> FastAPI:
    return create_app(
        title="PulseWorks identity",
        description="Accounts, users, sessions and the audit log.",
        service="identity",
        context=context,
        tags=_TAGS,
        routers=[
            *auth.routers,
            sessions.router,
            *invitations.routers,
            accounts.router,
            users.router,
            memberships.router,
            *audit.routers,
            tokens.router,
        ],
    )
