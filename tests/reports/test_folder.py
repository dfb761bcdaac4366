"""The folder of CSV tables: sums to the penny, units, and text that no spreadsheet runs."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest

from commission_opt import Comparison, Plan
from commission_opt.errors import PlaceError
from commission_opt.reports.columns import COLUMNS, PLAN_TABLES
from tests.reports.hostile import AT_SIGN, FORMULA, PLUS, SCRIPT

CARRIED = "carried forward"


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return a CSV file as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def total(rows: list[dict[str, str]], key: str, amount: str) -> dict[str, Decimal]:
    """Return sums by a column, without rounding."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row[key]] = sums.get(row[key], Decimal(0)) + Decimal(row[amount])
    return sums


def test_every_stream_is_accounted_for_to_the_penny(riverside: Plan, tmp_path: Path) -> None:
    """What a stream has is spent or left, in its own year or in one that it was carried into."""
    rows = [row for row in rows_of(riverside.to_folder(tmp_path / "plan") / "funding.csv") if row["use"] != CARRIED]
    had: dict[str, Decimal] = {}
    funding = riverside.place.tables["funding"]
    for stream, year, amount in zip(funding["stream"], funding["year"], funding["amount"], strict=True):
        years = 1 if year else len(riverside.place.years)
        had[stream] = had.get(stream, Decimal(0)) + Decimal(str(amount)) * years
    assert total(rows, "stream", "amount_money") == had


def test_services_cost_what_is_paid_for_them_to_the_penny(riverside: Plan, tmp_path: Path) -> None:
    """Two tables tell of the same pounds."""
    folder = riverside.to_folder(tmp_path / "plan")
    paid = [row for row in rows_of(folder / "funding.csv") if row["use"] == "service"]
    spent = total(rows_of(folder / "allocation.csv"), "service", "spend_money")
    assert {name: amount for name, amount in spent.items() if amount} == total(paid, "subject", "amount_money")


def test_agencies_put_in_what_their_streams_pay(riverside: Plan, tmp_path: Path) -> None:
    """And net adds up to the savings that come back."""
    folder = riverside.to_folder(tmp_path / "plan")
    paid = [row for row in rows_of(folder / "funding.csv") if row["use"] not in ("unspent", CARRIED)]
    agencies = rows_of(folder / "agencies.csv")
    assert total(agencies, "agency", "put_in_money") == total(paid, "agency", "amount_money")
    saved = sum(Decimal(row["savings_money"]) for row in agencies)
    assert sum(Decimal(row["net_money"]) for row in agencies) == saved != 0


def test_description_names_every_column_with_meaning_and_unit(riverside: Plan, tmp_path: Path) -> None:
    """A stranger can read the folder."""
    folder = riverside.to_folder(tmp_path / "plan")
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert {resource["name"] for resource in package["resources"]} == set(PLAN_TABLES)
    for resource in package["resources"]:
        fields = resource["schema"]["fields"]
        header = (folder / resource["path"]).read_text(encoding="utf-8").splitlines()[0]
        assert [field["name"] for field in fields] == header.split(",")
        assert [field["name"] for field in fields if field["name"] not in COLUMNS] == []
        assert {field["unit"] for field in fields if field["name"].endswith("_money")} <= {"GBP"}
    assert package["sources"][0]["title"].startswith("Unit costs")


def test_text_that_looks_like_a_formula_is_escaped(hostile: Plan, tmp_path: Path) -> None:
    """An apostrophe before =, + and @; markup is left as it is."""
    rows = rows_of(hostile.to_folder(tmp_path / "plan") / "allocation.csv")
    assert {row["service"] for row in rows} == {SCRIPT, f"'{FORMULA}", f"'{PLUS}"}
    assert f"'{AT_SIGN}" in {row["agency"] for row in rows}


def test_figures_below_zero_are_not_escaped(hostile: Plan, tmp_path: Path) -> None:
    """They are figures."""
    rows = rows_of(hostile.to_folder(tmp_path / "plan") / "allocation.csv")
    changes = [float(row["change_units"]) for row in rows]
    assert min(changes) < 0


def test_a_later_plan_replaces_an_earlier_one(hostile: Plan, riverside: Plan, tmp_path: Path) -> None:
    """Nothing of the first is left."""
    riverside.to_folder(tmp_path / "plan")
    rows = rows_of(hostile.to_folder(tmp_path / "plan") / "allocation.csv")
    assert len(rows) == 3


def test_a_file_in_the_way_is_named(hostile: Plan, tmp_path: Path) -> None:
    """Not a crash."""
    (tmp_path / "plan").write_text("here", encoding="utf-8")
    with pytest.raises(PlaceError, match="plan: cannot be written"):
        hostile.to_folder(tmp_path / "plan")


def test_comparison_has_a_row_for_every_form(ladder: Comparison, tmp_path: Path) -> None:
    """The ladder as a table."""
    rows = rows_of(ladder.to_folder(tmp_path / "ladder") / "ladder.csv")
    assert [row["model"] for row in rows] == [model.name for model in ladder.models]
    assert float(rows[2]["value"]) == pytest.approx(ladder.plan("aligned").value)
