"""What contracts pay for: outcomes beyond deadweight, from a threshold, up to a cap, no more and no less."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commission_opt.place.names import FloatArray, IntArray, distinct
from commission_opt.program.blocks import Keys
from commission_opt.rules.draft import Draft
from commission_opt.rules.outcomes import effects_of_volumes

HAIR = 1e-5
"""Share of a threshold by which it may be missed and still count as met: no plan is finer than that."""

UNIT = "outcome units a year"


@dataclass(frozen=True, eq=False)
class Paid:
    """Outcomes that are paid for: contract, year and column (Q,) of each."""

    contract: IntArray
    year: IntArray
    column: IntArray


@dataclass(frozen=True, eq=False)
class Net:
    """Outcomes beyond deadweight (Q,), each between what volumes could make of it, and its entries (e,)."""

    contract: IntArray
    year: IntArray
    low: FloatArray
    high: FloatArray
    row: IntArray
    column: IntArray
    amount: FloatArray

    def take(self, chosen: IntArray) -> Net:
        """Return some of them."""
        position = np.full(len(self.contract), -1)
        position[chosen] = np.arange(len(chosen))
        row = position[self.row]
        kept = np.flatnonzero(row >= 0)
        return Net(
            self.contract[chosen],
            self.year[chosen],
            self.low[chosen],
            self.high[chosen],
            row[kept],
            self.column[kept],
            self.amount[kept],
        )


def add_paid(draft: Draft) -> Paid:
    """Add the outcome that every contract pays for in every year in which it could earn something.

    The net outcome is divided into what is not paid for, what is, and what lies beyond the cap. Whether it is earned
    and whether the cap is reached are yes-or-no decisions, only where volumes leave them open; they make the payment
    exact in both directions, for planners would rather pay less and providers rather be paid more.
    """
    contracts = draft.arrays.contracts
    net = _net_outcomes(draft)
    floor = (1.0 - HAIR) * contracts.threshold[net.contract]
    reached = np.flatnonzero((net.high > 0) & (net.high >= floor))
    net, floor = net.take(reached), floor[reached]
    most = np.minimum(contracts.cap[net.contract], net.high)
    keys = Keys.of((contracts.label, net.contract), (draft.arrays.names.year, net.year))
    paid = draft.builder.add_columns("paid outcome", keys, most, unit=UNIT)
    position = draft.builder.add_rows("contracts.net", keys, unit=UNIT, lower=0.0, upper=0.0)
    draft.builder.add_entries(position, paid, 1.0)
    draft.builder.add_entries(position[net.row], net.column, -net.amount)
    earned = _add_unpaid(draft, net, (floor, most), (paid, position))
    _add_beyond(draft, net, (floor, most), (paid, position, earned))
    return Paid(net.contract, net.year, paid)


def _net_outcomes(draft: Draft) -> Net:
    """Return what volumes make of every contract's outcome beyond deadweight, by contract and year."""
    arrays, volumes, contracts = draft.arrays, draft.volumes, draft.arrays.contracts
    volume, effect = effects_of_volumes(arrays, volumes)
    contract_of = np.full((len(arrays.names.service), len(arrays.names.outcome)), -1)
    pays = np.flatnonzero(contracts.tariff > 0)
    contract_of[contracts.service[pays], contracts.outcome[pays]] = pays
    contract = contract_of[arrays.effects.service[effect], arrays.effects.outcome[effect]]
    used = np.flatnonzero(contract >= 0)
    volume, effect, contract = volume[used], effect[used], contract[used]
    gain = arrays.effects.effect[effect] * volumes.effectiveness[volume] - contracts.deadweight[contract]
    response = gain[:, None] * arrays.effects.kept(draft.years)[effect, volumes.year[volume]]
    entry, year = np.nonzero(response)
    amount = response[entry, year]
    joint, row = distinct(contract[entry] * draft.years + year, max(len(contracts.label), 1) * draft.years)
    reach = amount * draft.coverable()[volume[entry]]
    return Net(
        contract=joint // draft.years,
        year=joint % draft.years,
        low=np.bincount(row, np.minimum(reach, 0.0), len(joint)).astype(float),
        high=np.bincount(row, np.maximum(reach, 0.0), len(joint)).astype(float),
        row=row,
        column=volumes.column[volume[entry]],
        amount=amount,
    )


def _add_unpaid(
    draft: Draft, net: Net, bounds: tuple[FloatArray, FloatArray], shared: tuple[IntArray, IntArray]
) -> IntArray:
    """Add what is not paid for, where outcomes may fall short; return (Q,) whether each is earned, -1 for always."""
    names, label, build = draft.arrays.names, draft.arrays.contracts.label, draft.builder
    (floor, most), (paid, position) = bounds, shared
    short = np.flatnonzero((floor > 0) | (net.low < 0))
    keys = Keys.of((label, net.contract[short]), (names.year, net.year[short]))
    floor, most, low = floor[short], most[short], net.low[short]
    unpaid = build.add_columns("unpaid outcome", keys, floor, unit=UNIT, lower=low)
    earned = build.add_columns("earned", keys, 1.0, unit="yes or no")
    build.require_whole(earned)
    build.add_entries(position[short], unpaid, 1.0)
    every, positive, negative = np.ones(len(short), dtype=bool), floor > 0, low < 0
    for family, meant, column, at_earned, bound in (
        ("unpaid_most", positive, unpaid, floor, floor),
        ("unpaid_least", negative, unpaid, low, low),
        ("paid_most", every, paid[short], -most, np.zeros(len(short))),
        ("paid_least", positive, paid[short], -floor, np.zeros(len(short))),
    ):
        chosen, least = np.flatnonzero(meant), family.endswith("least")
        row = build.add_rows(
            f"contracts.{family}",
            keys.take(chosen),
            unit=UNIT,
            lower=bound[chosen] if least else -np.inf,
            upper=np.inf if least else bound[chosen],
        )
        build.add_entries(row, column[chosen], 1.0)
        build.add_entries(row, earned[chosen], at_earned[chosen])
    columns = np.full(len(paid), -1)
    columns[short] = earned
    return columns


def _add_beyond(
    draft: Draft, net: Net, bounds: tuple[FloatArray, FloatArray], shared: tuple[IntArray, IntArray, IntArray]
) -> None:
    """Add what lies beyond the cap, where it can be reached: only once all that it leaves room for is paid for."""
    names, label, build = draft.arrays.names, draft.arrays.contracts.label, draft.builder
    (floor, most), (paid, position, earned) = bounds, shared
    over = np.flatnonzero(net.high > most)
    keys = Keys.of((label, net.contract[over]), (names.year, net.year[over]))
    room = net.high[over] - most[over]
    beyond = build.add_columns("outcome beyond cap", keys, room, unit=UNIT)
    capped = build.add_columns("capped", keys, 1.0, unit="yes or no")
    build.require_whole(capped)
    build.add_entries(position[over], beyond, 1.0)
    row = build.add_rows("contracts.beyond", keys, unit=UNIT, upper=0.0)
    build.add_entries(row, beyond, 1.0)
    build.add_entries(row, capped, -room)
    # With the floor of what is earned the cap's own share on top: together they are the whole cap.
    at_least = np.where(earned[over] >= 0, floor[over], 0.0)
    row = build.add_rows("contracts.capped", keys, unit=UNIT, lower=0.0)
    build.add_entries(row, paid[over], 1.0)
    build.add_entries(row, capped, at_least - most[over])
    held = np.flatnonzero(earned[over] >= 0)
    build.add_entries(row[held], earned[over][held], -at_least[held])
