"""``tools/structure`` finds each kind of breach, and says nothing about code that follows the grammar."""

from pathlib import Path

import pytest
from grammar import Grammar, breaches, report

GRAMMAR = Grammar(
    layers=[["api"], ["routes"], ["service"], ["repository"], ["models", "clients", "pure"]],
    of_service=frozenset({"api", "models"}),
    pure=frozenset({"shop/slots"}),
    not_pure=frozenset({"sqlalchemy"}),
)


@pytest.fixture
def found(tmp_path: Path, request: pytest.FixtureRequest) -> list[str]:
    """The breaches of a service ``shop`` with the files of the parameter: {path: content}."""
    for name, content in request.param.items():
        path = tmp_path / "services" / "shop" / "src" / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return breaches(tmp_path / "services", GRAMMAR)


GOOD = {
    "__init__.py": "",
    "api.py": "from shop.items.routes import router\n",
    "models.py": "",
    "items/__init__.py": "",
    "items/routes.py": "from shop.items.service import Items\n",
    "items/service.py": "from shop.items.repository import ItemRepository\nfrom shop.orders import repository\n",
    "items/repository.py": "import shop.models\n",
    "orders/repository.py": "",
    "clients/stripe.py": "import sqlalchemy\n",
    "slots/months.py": "import datetime\n",
    "migrations/versions/0001_items.py": "from common.database.rls_v1 import enable_tenant_rls\n",
}


def _with(**changes: str) -> dict[str, str]:
    return GOOD | {name.replace("__", "/") + ".py": content for name, content in changes.items()}


@pytest.mark.parametrize("found", [GOOD], indirect=True)
def test_code_that_follows_the_grammar_has_no_breach(found: list[str]) -> None:
    assert found == []


@pytest.mark.parametrize(
    ("found", "breach"),
    [
        (_with(items__engine=""), "services/shop/src/shop/items/engine.py: no role has this name"),
        (_with(routes=""), "services/shop/src/shop/routes.py: no role has this name"),
        (_with(items__models=""), "services/shop/src/shop/items/models.py: no role has this name"),
        (_with(items__repository="import shop.items.service"), "repository must not import service"),
        (
            _with(orders__repository="from shop.items import repository"),
            "the features items → orders import each other",
        ),
        (_with(slots__months="from sqlalchemy import text"), "a pure function must not import sqlalchemy"),
        (_with(migrations__versions__0002="from shop.models import Item"), "must not import shop.models.Item"),
        (_with(migrations__versions__0002="import common.ids"), "must not import common.ids"),
    ],
    indirect=["found"],
)
def test_each_kind_of_breach_is_found(found: list[str], breach: str) -> None:
    assert len(found) == 1
    assert breach in found[0]


def test_the_report_counts_what_has_no_role_name(tmp_path: Path) -> None:
    folder = tmp_path / "services" / "shop" / "src" / "shop" / "items"
    folder.mkdir(parents=True)
    (folder / "service.py").write_text("a = 1\nb = 2\nc = 3\n", encoding="utf-8")
    (folder / "engine.py").write_text("d = 4\n", encoding="utf-8")
    assert "1 of 4, 25.0%" in report(tmp_path / "services", GRAMMAR)
