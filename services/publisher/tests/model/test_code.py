"""The code makes the transitions of the table that the model explores, and no others."""

import ast
from collections.abc import Iterator
from pathlib import Path

import publisher
import pytest
from publisher.protocol.states import (
    TABLE,
    TRANSITIONS,
    Cause,
    Guard,
    Status,
    TransitionRefusedError,
    takes_next_key,
    transition_for,
)

SOURCE = Path(publisher.__file__).parent
PAIRS = [(source, cause) for source in Status for cause in Cause]
FEATURES_OF_A_DELIVERY = {"deliveries", "placement", "protocol", "reconciliation", "transitions"}


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.invariant("P6")
@pytest.mark.parametrize(("source", "cause"), PAIRS)
def test_a_transition_that_is_not_in_the_table_is_refused(source: Status, cause: Cause) -> None:
    if (source, cause) in TABLE:
        assert transition_for(source, cause).source is source
    else:
        with pytest.raises(TransitionRefusedError):
            transition_for(source, cause)


def test_a_status_and_a_cause_have_one_transition() -> None:
    assert len(TABLE) == len(TRANSITIONS)
    assert {step.guard for step in TRANSITIONS} == set(Guard)


def test_the_code_and_the_table_have_the_same_causes() -> None:
    used = {
        node.attr
        for path, tree in trees()
        if path != "protocol/states.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Cause"
    }
    assert used == {step.cause.name for step in TRANSITIONS} == set(Cause.__members__)


def test_one_place_changes_the_status_of_a_delivery() -> None:
    places = [
        f"{path}:{function.name}"
        for path, tree in trees()
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute)
        and target.attr in {"status", "next_attempt"}
        and isinstance(target.value, ast.Name)
        and (target.value.id == "delivery" or path.split("/")[0] in FEATURES_OF_A_DELIVERY)
    ]
    assert sorted(places) == ["transitions/service.py:_advance"] * 2


def test_no_statement_bypasses_the_table() -> None:
    """Only the insertion of a new delivery sets a status."""
    places = [
        f"{path}:{keyword.value.value.id}.{keyword.value.attr}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "values"
        for keyword in node.keywords
        if keyword.arg == "status"
        and isinstance(keyword.value, ast.Attribute)
        and isinstance(keyword.value.value, ast.Name)
        and keyword.value.value.id == "Status"
    ]
    assert set(places) <= {"deliveries/service.py:Status.PENDING"}


@pytest.mark.parametrize("method", ["publish", "fail", "mark_unknown"])
def test_each_outcome_is_announced_once(method: str) -> None:
    """The table defines the event, and which transitions have none; the model counts them."""
    tree = dict(trees())["transitions/service.py"]
    calls = {
        function.name: [
            node.func.attr
            for node in ast.walk(function)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        ]
        for function in functions(tree)
    }
    assert calls[method].count("_advance") == calls[method].count("_emit") == 1
    assert {name for name, called in calls.items() if "_emit" in called} == {"publish", "fail", "mark_unknown"}


@pytest.mark.invariant("P4")
def test_the_key_stays_after_an_answer_while_an_earlier_call_has_no_result() -> None:
    from_sending = [step for step in TRANSITIONS if step.source is Status.SENDING]
    assert not any(takes_next_key(step.key, uncertain=True) for step in from_sending)
    assert {step.cause for step in from_sending if takes_next_key(step.key, uncertain=False)} == {
        Cause.MISPLACED,
        Cause.REJECTED,
        Cause.REJECTED_FOR_NOW,
        Cause.RETRIES_SPENT,
    }
