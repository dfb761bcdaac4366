"""Coefficients of volumes are written as tables where areas repeat each other, which must not show in them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from commission_opt.model.formulate import formulate_arrays
from commission_opt.model.read import read_model
from commission_opt.place.arrays import compile_place
from commission_opt.place.names import Names
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.program.blocks import Keys
from commission_opt.rules import volumes as volumes_module
from commission_opt.rules import write_volumes
from commission_opt.rules.per_unit import PerUnit, Sorts
from commission_opt.rules.volumes import Volumes
from commission_opt.rules.write_volumes import VolumeWriter

AREAS, COHORTS, YEARS, TRANCHES = 12, 2, 2, 3
SORTS = Sorts(np.repeat([0, 1], COHORTS), np.tile(np.arange(COHORTS), 2), np.tile([0, 1], 2 * AREAS), YEARS, TRANCHES)
"""Two services, each with two cohorts in twelve areas; the second half of the deliveries are the second service's."""
SORTS = replace(SORTS, of_delivery=SORTS.of_delivery + np.repeat([0, COHORTS], AREAS * COHORTS))


@pytest.fixture(autouse=True)
def tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let small services be written as tables too."""
    monkeypatch.setattr(volumes_module, "FEW", 1)
    monkeypatch.setattr(write_volumes, "AGAIN", 2)


def volumes_of(there: np.ndarray) -> Volumes:
    """Return the volumes that are there (V, T * K)."""
    delivery, cell = np.nonzero(there)
    codes = (delivery // (AREAS * COHORTS), delivery // COHORTS % AREAS, delivery % COHORTS)
    names = [
        Names(each, tuple(map(str, range(count))))
        for each, count in (
            ("service", 2),
            ("area", AREAS),
            ("cohort", COHORTS),
            ("year", YEARS),
            ("tranche", TRANCHES),
        )
    ]
    keys = Keys.of(*zip(names, (*codes, cell // TRANCHES, cell % TRANCHES), strict=True))
    number = there.reshape(len(there), YEARS, TRANCHES).sum(axis=2)
    gain = np.ones((2, TRANCHES))
    return Volumes(0, keys, delivery.astype(np.int32), np.arange(len(there)), gain, number)


def uses() -> list[PerUnit]:
    """Return rows that are the same everywhere, with figures by area, and rows of each delivery."""
    rng = np.random.default_rng(2)
    sort = np.arange(len(SORTS))
    deliveries = len(SORTS.of_delivery)
    everywhere = PerUnit(
        sort=sort,
        step=sort % 5,
        amount=rng.normal(size=len(sort)),
        row=np.array([4, 0, 3, 1, 2]),
        factor=rng.random(deliveries) + 0.5,
        times=(rng.random(len(sort)) + 0.5, rng.random(len(sort)) + 0.5),
    )
    own = PerUnit(
        sort=np.repeat(sort, 2),
        step=np.repeat(sort // TRANCHES % YEARS, 2) + np.tile([0, YEARS], len(sort)),
        amount=rng.normal(size=2 * len(sort)),
        row=100 + np.arange(2 * YEARS * deliveries),
        begin=2 * YEARS * np.arange(deliveries),
    )
    return [own, everywhere]


def by_hand(volumes: Volumes, given: list[PerUnit]) -> list[dict[int, float]]:
    """Return what every volume adds to each row, worked out one by one."""
    found: list[dict[int, float]] = []
    for at in range(len(volumes)):
        delivery = int(volumes.of_delivery[at])
        sort = (int(SORTS.of_delivery[delivery]) * YEARS + int(volumes.year[at])) * TRANCHES + int(volumes.tranche[at])
        column: dict[int, float] = {}
        for use in given:
            for entry in np.flatnonzero(use.sort == sort).tolist():
                row = int(use.row[int(use.step[entry]) + (0 if use.begin is None else int(use.begin[delivery]))])
                value = float(use.amount[entry]) * (1.0 if use.factor is None else float(use.factor[delivery]))
                for times in use.times:
                    value *= float(times[entry])
                if row >= 0 and value != 0.0:
                    column[row] = column.get(row, 0.0) + value
        found.append(column)
    return found


def written(volumes: Volumes, given: list[PerUnit]) -> tuple[list[dict[int, float]], list[bool]]:
    """Return what is written for every volume, and of each part whether its rows rise."""
    writer = VolumeWriter(volumes, SORTS, given)
    row, value = np.empty(writer.most, dtype=np.int32), np.empty(writer.most)
    found: list[dict[int, float]] = []
    rising, first = [], 0
    for last in writer.ends:
        number, rises = writer.write(first, last, row, value)
        rising.append(rises)
        start = 0
        for count in number.tolist():
            column: dict[int, float] = {}
            rows = row[start : start + count].tolist()
            assert not rises or rows == sorted(set(rows))
            for each, amount in zip(rows, value[start : start + count].tolist(), strict=True):
                column[each] = column.get(each, 0.0) + amount
            found.append(column)
            start += count
        first = last
    assert first == len(volumes)
    return found, rising


def everything() -> np.ndarray:
    """Return volumes in every cell."""
    return np.ones((2 * AREAS * COHORTS, YEARS * TRANCHES), dtype=bool)


def test_areas_that_repeat_each_other_are_written_as_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last digit what each volume adds, worked out one by one; and one by one nothing is written."""
    there = everything()
    there[: AREAS * COHORTS, TRANCHES - 1] = False  # the first service has a tranche less in the first year
    volumes, given = volumes_of(there), uses()
    monkeypatch.setattr(VolumeWriter, "listed", None)
    assert written(volumes, given) == (by_hand(volumes, given), [True, True])


LACKING = {
    "a volume": [(7, 2)],
    "an area": [(4, slice(None)), (5, slice(None))],
    "as much as an area, of two": [(7, slice(None)), (10, slice(None))],
    "the end": [(23, slice(None))],
    "years of one area each": [*((at, slice(None)) for at in range(1, 24, 2)), (2, slice(3, 6)), (4, slice(0, 3))],
}
"""Volumes that are not there: deliveries, of two population groups in each area, and their years and tranches."""


@pytest.mark.parametrize("lacking", LACKING)
def test_volumes_that_lack_somewhere_are_lacking_there_alone(lacking: str) -> None:
    """Whatever then still looks as if areas repeated each other."""
    there = everything()
    for delivery, cells in LACKING[lacking]:
        there[delivery, cells] = False
    volumes, given = volumes_of(there), uses()
    assert written(volumes, given)[0] == by_hand(volumes, given)


@pytest.mark.parametrize("lacking", ["row", "first row", "row of all", "factor", "amount"])
def test_what_lacks_somewhere_is_written_nowhere_else(lacking: str) -> None:
    """A row that is there in some areas only, or in none, and figures of nothing."""
    there, (own, everywhere) = everything(), uses()
    if lacking == "first row":
        own.row[3] = -1
    if lacking == "row":
        own.row[[3, 40]] = -1
    if lacking == "row of all":
        own.row[1 :: 2 * YEARS] = -1
        everywhere.row[2] = -1
    if lacking == "factor" and everywhere.factor is not None:
        everywhere.factor[9] = 0.0
    if lacking == "amount":
        everywhere.amount[[1, 17]] = 0.0
    volumes, given = volumes_of(there), [own, everywhere]
    assert written(volumes, given)[0] == by_hand(volumes, given)


def test_two_amounts_for_one_row_are_left_to_be_added_up() -> None:
    """Rows that do not rise are said not to, in tables and one by one."""
    volumes, (own, everywhere) = volumes_of(everything()), uses()
    given = [own, everywhere, replace(everywhere, amount=2.0 * everywhere.amount)]
    found, rising = written(volumes, given)
    assert rising == [False, False]
    for column, expected in zip(found, by_hand(volumes, given), strict=True):
        assert column == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("model", ["aligned", "siloed"])
def test_tables_do_not_show_in_a_program(monkeypatch: pytest.MonkeyPatch, model: str) -> None:
    """A place with population groups, whose areas lack some of them, gives the same program without tables."""
    arrays = compile_place(synthetic_place(SyntheticSize(areas=25, services=20, cohorts=3), 4))
    program = formulate_arrays(arrays, read_model(model)).program
    monkeypatch.setattr(write_volumes, "AGAIN", 10**9)
    other = formulate_arrays(arrays, read_model(model)).program
    assert program.has_matrix_of(other)
    np.testing.assert_array_equal(program.objective, other.objective)
