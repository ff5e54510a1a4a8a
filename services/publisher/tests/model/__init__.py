"""A model of the delivery protocol: the transition table of the code, and the faults that may happen around it.

``world`` defines the state, ``steps`` the possible next steps, ``properties`` the invariants, and ``explorer`` visits
every reachable state. Assumption and findings: ``docs/decisions/0007-delivery-protocol.md``.
"""
