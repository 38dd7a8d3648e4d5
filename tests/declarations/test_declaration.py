"""Declarations in files: written, read back, refused with their place, used everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pytest
from typer.testing import CliRunner

import pangoprep as pp
from pangoprep.cli import app
from pangoprep.declarations.content import same_model

CART = """\
version = 1
object_type = "shopping-cart"
description = "A cart that a visitor left"
key = ["cartId"]
custom_fields = true
rules = [{ any_of = ["customerId", ["phone", "name"]] }, { in_order = ["madeAt", "leftAt"] }]

[references]
customerId = "customer-identity"

[options]
timezone_gmt = 9

[fields]
cartId = { kind = "identifier", required = true, headers = ["Mã giỏ hàng"] }
customerId = "identifier"
phone = "phone"
name = "name"
madeAt = "timestamp"
leftAt = { kind = "timestamp", label = { en = "When it was left", vi = "Lúc rời" } }
points = { kind = "integer", ge = 1, le = 100 }
"customFieldTexts.customField01" = { kind = "text", label = "Rank", headers = ["Hạng thẻ"] }
validate = "boolean"

[fields.state]
kind = "choice"
choices = ["Open", "Ordered"]
words = { "đã đặt" = "Ordered" }

[fields.lines]
kind = "items"
item = "CartItem"
required = true

[items.CartItem]
custom_fields = true
references = { sku = "product" }
fields.sku = { kind = "identifier", personal = false, required = true }
fields.price = "decimal"
"""


class CartItem(pp.Item, custom_fields=True, references={"sku": "product"}):
    sku: str = pp.field.identifier(personal=False, required=True)
    price: float = pp.field.decimal()


class ShoppingCart(
    pp.Entity,
    object_type="shopping-cart",
    key=("cartId",),
    custom_fields=True,
    rules=(pp.AnyOf((("customerId",), ("phone", "name"))), pp.InOrder("madeAt", "leftAt")),
    references={"customerId": "customer-identity"},
    options=pp.Options(timezone_gmt=9),
):
    cartId: str = pp.field.identifier(required=True, headers=["Mã giỏ hàng"])
    customerId: str = pp.field.identifier()
    phone: str = pp.field.phone()
    name_: str = pp.field.name(alias="name")
    madeAt: int = pp.field.timestamp()
    leftAt: int = pp.field.timestamp({"en": "When it was left", "vi": "Lúc rời"})
    points: int = pp.field.integer(ge=1, le=100)
    rank: str = pp.field.text("Rank", headers=["Hạng thẻ"], alias="customFieldTexts.customField01")
    validate_: bool = pp.field.boolean(alias="validate")
    state: str = pp.field.choice(["Open", "Ordered"], words={"đã đặt": "Ordered"})
    lines: list = pp.field.items(CartItem, required=True)


def written(folder: Path, text: str = CART, name: str = "cart.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", pp.ENTITIES)
def test_a_built_in_entity_is_written_and_read_back_to_the_same(name: str, tmp_path: Path) -> None:
    declaration = pp.Declaration(name)
    read = pp.Declaration.load(declaration.save(tmp_path / "x.toml"))
    assert same_model(read.entity, pp.ENTITIES[name])
    assert read.to_toml() == declaration.to_toml()
    found = pp.entity(declaration.save(tmp_path / "x.py"))
    assert same_model(found, pp.ENTITIES[name])


def test_a_declaration_is_the_class_that_says_the_same(tmp_path: Path) -> None:
    assert same_model(pp.entity(written(tmp_path)), ShoppingCart)
    again = pp.Declaration(ShoppingCart)
    assert same_model(pp.entity(again.save(tmp_path / "a.toml")), ShoppingCart)
    assert same_model(pp.entity(again.save(tmp_path / "a.py")), ShoppingCart)


@pytest.mark.parametrize("change", [
    {"points": pp.field.integer(ge=1, le=99)},
    {"points": pp.field.integer(ge=1, le=100, personal=True)},
    {"points": pp.field.integer(ge=1, le=100, unique=True)},
])  # fmt: skip
def test_what_differs_is_not_the_same(change: dict[str, Any]) -> None:
    other = type(pp.Entity)(
        "Other", (ShoppingCart,), {"__annotations__": {"points": int}, **change}
    )
    assert not same_model(other, ShoppingCart)
    assert same_model(pp.Declaration(other).entity, other)
    read = pp.Declaration.of_content(pp.Declaration(other)._content).entity
    assert same_model(read, other)


@pytest.mark.parametrize(("old", "new", "told"), [
    ('madeAt = "timestamp"', 'madeAt = "timestmp"',
     "line {line}: fields.madeAt.kind: there is no kind 'timestmp'. Did you mean 'times"),
    ('"đã đặt" = "Ordered"', '"đã đặt" = "Sold"',
     "line {line}: fields.state.words: 'Sold' is no choice; there are 'Open', 'Ordered'."),
    ("any_of", "all_of", "cart.toml, line {line}: rules: there is no rule 'all_of'."),
    ('["madeAt", "leftAt"]', '["madeAt"]',
     "line {line}: rules: the rule in_order takes two fields"),
    ('["madeAt", "leftAt"]', '["madeAt", "lastAt"]', "InOrder names 'lastAt', which is no field"),
    ("ge = 1,", "least = 1,", "line {line}: fields.points.least: there is no 'least' here."),
    ("required = true, headers", "required = 1, headers",
     "line {line}: fields.cartId.required: required must be true or false."),
    ('item = "CartItem"', 'item = "Line"',
     "line {line}: fields.lines.item: there is no [items.Line]."),
    ('"decimal"', '"text', "cart.toml is no TOML"),
    ("version = 1", "version = 2", "line {line}: version: this pangoprep reads version = 1."),
    ('object_type = "shopping-cart"\n', "", "it names no object type"),
    ("[options]", "[option]", "there is no 'option' here. Did you mean 'options'?"),
    ("timezone_gmt = 9", "timezone_gmt = 19", "options: timezone_gmt=19 cannot be used"),
    ('customerId = "customer-identity"', 'customer = "customer-identity"',
     "references names 'customer', which is no field"),
    ('points = { kind = "integer",', "points = {", "line {line}: fields.points: it has no kind"),
    ('choices = ["Open", "Ordered"]\n', "", "fields.state: the kind 'choice' needs choices"),
])  # fmt: skip
def test_what_cannot_be_used_is_told_by_its_place(
    old: str, new: str, told: str, tmp_path: Path
) -> None:
    assert old in CART
    with pytest.raises(pp.EntityError) as error:
        pp.entity(written(tmp_path, CART.replace(old, new)))
    line = CART[: CART.index(old)].count("\n") + 1
    assert told.replace("{line}", str(line)) in str(error.value)


def test_checks_in_code_cannot_be_written() -> None:
    class Even(pp.Entity, object_type="even", key=("n",)):
        n: int = pp.field.integer()

        @pa.check("n")
        def is_even(cls, values: pd.Series) -> pd.Series:  # noqa: N805 - a class method
            return values % 2 == 0

    with pytest.raises(pp.EntityError, match="'is_even' of n is code"):
        pp.Declaration(Even)


def test_a_declaration_extends_another(tmp_path: Path) -> None:
    written(tmp_path)
    path = written(tmp_path, 'extends = "cart.toml"\nfields.shop = "text"\n', "own.toml")
    found = pp.entity(path)
    assert found.object_type == "shopping-cart"
    assert found.key == ("cartId",)
    assert [*found.fields()][-1] == "shop"
    assert found.rules == ShoppingCart.rules


def test_a_class_of_a_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "words_of_shop.py").write_text("HEADERS = ['Mã']\n", encoding="utf-8")
    code = (
        "from __future__ import annotations\nimport pangoprep as pp\n"
        "from words_of_shop import HEADERS\n"
        "class A(pp.Entity, object_type='a', key=('x',)):\n"
        "    x: str = pp.field.text(headers=HEADERS)\n"
    )
    path = written(tmp_path, code, "shop.py")
    assert pp.entity(path).key == ("x",)
    assert pp.entity(f"{path}:A").fields()["x"].headers == ("Mã",)
    with pytest.raises(pp.EntityError, match=r"no entity called 'B'.* It has A"):
        pp.entity(f"{path}:B")
    both = code + "class B(A, object_type='b'):\n    y: str = pp.field.text()\n"
    with pytest.raises(pp.EntityError, match=r"declares A, B; name one: shop.py:A"):
        pp.entity(written(tmp_path, both, "shop.py"))
    assert [*pp.entity(f"{path}:B").fields()][-1] == "y"


@pytest.mark.parametrize(("code", "told"), [
    ("import pangoprep as pp\nx = (", "shop.py, line 2: it is no Python"),
    ("1 / 0", "shop.py, line 1: running it stopped with ZeroDivisionError"),
    ("import no_such_thing", "shop.py, line 1: running it stopped with ModuleNotFoundError"),
    ("x = 1", "shop.py declares no entity"),
    ("import pangoprep as pp\nclass A(pp.Entity, object_type='a', key=('q',)):\n"
     "    x: str = pp.field.text()", "shop.py, line 2: A: key names 'q'"),
])  # fmt: skip
def test_a_file_of_python_that_cannot_be_used_is_told(code: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(pp.EntityError) as error:
        pp.entity(written(tmp_path, code, "shop.py"))
    assert told in str(error.value)


def test_absent_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(pp.EntityError, match=r"no file none\.py"):
        pp.entity(tmp_path / "none.py")
    with pytest.raises(pp.EntityError, match=r"none\.toml cannot be read"):
        pp.entity(tmp_path / "none.toml")
    with pytest.raises(pp.UsageError, match=r"pp\.entity\('cart\.toml'\)"):
        pp.validate(pd.DataFrame({"a": ["1"]}), "cart.toml")


FRAME = pd.DataFrame(
    {
        "Mã giỏ hàng": ["G1", "G2"],
        "customerId": ["C1", "C2"],
        "Hạng thẻ": ["Vàng", "Bạc"],
        "state": ["đã đặt", "lost"],
        "lines": ['[{"sku": "A1", "price": "35.000đ"}]', '[{"sku": "A2"}]'],
    }
)


def test_a_recipe_names_the_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "entities").mkdir()
    path = written(tmp_path / "entities")
    report = pp.validate(FRAME, pp.entity(path))
    assert (report.n_ready, report.n_held) == (1, 1)
    recipe = report.recipe().save(tmp_path / "month.toml")
    assert 'entity = "entities/cart.toml"' in recipe.read_text(encoding="utf-8")
    again = pp.validate(FRAME, recipe=recipe)
    assert again.entity == "shopping-cart"
    assert again.model.key == ("cartId",)
    path.unlink()
    with pytest.raises(pp.UsageError, match=r"month\.toml: The declaration cart\.toml cannot be"):
        pp.validate(FRAME, recipe=recipe)


def test_the_command_line_takes_declarations(tmp_path: Path) -> None:
    path, data = written(tmp_path), tmp_path / "carts.csv"
    FRAME.to_csv(data, index=False)
    (tmp_path / "r.toml").write_text('version = 1\nentity = "cart.toml"\n', encoding="utf-8")
    run = CliRunner().invoke
    for how in (["--entity", str(path)], ["--recipe", str(tmp_path / "r.toml")]):
        done = run(app, ["validate", str(data), *how])
        assert "1 of 2 rows is ready for shopping-cart" in done.output
        kept = tmp_path / f"kept{how[0]}.toml"
        mapped = run(app, ["map", str(data), *how, "--out", str(kept)])
        assert "customFieldTexts.customField01" in mapped.output
        assert 'entity = "cart.toml"' in kept.read_text(encoding="utf-8")
        sent = run(app, ["send", str(data), *how, "--source", "Web", "--sandbox",
                         "--ledger", str(tmp_path / "l.db")])  # fmt: skip
        assert "1 accepted" in sent.output
    assert "leftAt" in run(app, ["entities", str(path)]).output
    out = tmp_path / "out.toml"
    run(app, ["entity", "write", str(path), "--out", str(out)])
    assert same_model(pp.entity(out), ShoppingCart)
    assert "class ShoppingCart(" in run(app, ["entity", "write", str(out), "--python"]).output


def test_files_that_extend_each_other_in_a_circle_are_refused(tmp_path: Path) -> None:
    for name, other in (("a", "a"), ("b", "c"), ("c", "b")):
        text = f'version = 1\nextends = "{other}.toml"\n[fields]\nnote = "text"\n'
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        if name != "b":
            with pytest.raises(pp.EntityError, match=f"{name}.toml: it extends itself"):
                pp.entity(tmp_path / f"{name}.toml")
    (tmp_path / "c.toml").write_text('version = 1\nextends = "order"\n', encoding="utf-8")
    assert pp.entity(tmp_path / "b.toml").object_type == "order"
