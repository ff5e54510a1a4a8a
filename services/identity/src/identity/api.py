from common.http import create_app
from fastapi import FastAPI

from identity.accounts import routes as accounts
from identity.audit import routes as audit
from identity.auth import routes as auth
from identity.factory import ProcessContext
from identity.invitations import routes as invitations
from identity.sessions import routes as sessions
from identity.tokens import routes as tokens
from identity.users import routes as users

__all__ = ["create_api"]


def create_api(context: ProcessContext) -> FastAPI:
    return create_app(
        title="PulseWorks identity",
        description="Accounts, users, sessions and the audit log.",
        service="identity",
        context=context,
        routers=[
            *auth.routers,
            sessions.router,
            *invitations.routers,
            accounts.router,
            users.router,
            *audit.routers,
            tokens.router,
        ],
    )
