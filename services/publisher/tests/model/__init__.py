"""The delivery protocol as a model: the code's own transition table, with everything around it that may go wrong.

``world`` says what there is, ``steps`` what may happen next, ``properties`` what must never be, ``explorer`` walks
through all of it. What is assumed and what was found: ``docs/decisions/0007-delivery-protocol.md``.
"""
