"""What the gateway hears, through a queue of each replica's own. It emits nothing."""

from pulseworks_contracts import SessionRevoked

EMITS = ()
CONSUMES = (SessionRevoked,)
