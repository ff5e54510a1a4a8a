"""What the gateway hears, through a queue of each replica's own. It emits nothing."""

from common.contracts import SessionRevoked

EMITS = ()
CONSUMES = (SessionRevoked,)
