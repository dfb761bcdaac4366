"""The terms of a unit's worth in words, from the place's names and each rule family's own sentences."""

from __future__ import annotations

import numpy as np

from commission_opt.analysis.worth import AGAIN, AVERTED, BACK, CASES, CEILING, COUNTED, MONEY, OUTCOME, RESOURCE
from commission_opt.place.names import IntArray
from commission_opt.place.people import name_in_sentence, people_names
from commission_opt.place.place import Place
from commission_opt.plan.plan import Plan
from commission_opt.plan.words import demands_text

OBJECTIVES = {
    "net_value": "Its cost, which the objective takes off",
    "least_cost": "Its cost, which the objective keeps low",
}
"""What an objective counts beside outcomes, where that has a name."""


def part_text(plan: Plan, group: int, about: int, rows: IntArray, helps: bool) -> str:
    """Say what a part of a unit's worth is.

    Parameters
    ----------
    plan : Plan
        The plan.
    group, about : int
        As in :class:`commission_opt.analysis.worth.Terms`.
    rows : (r,) positions
        The rows of the program that it comes from.
    helps : bool
        Whether it adds to the worth.
    """
    place, names = plan.place, plan.formulation.arrays.names
    if group in (OUTCOME, CEILING):
        name = people_names(place, "outcomes")[names.outcome.labels[about]]
        return name if group == OUTCOME else f"{name}: what goes beyond the most there is"
    if group == COUNTED:
        kind = plan.formulation.objectives[-1][0]
        again = "Public money saved, which counts as what it buys"
        return again if about == AGAIN else OBJECTIVES.get(kind, "What else the objective counts")
    if group == BACK:
        return f"Cash back to {_stream_text(place, names.stream.labels[about])}"
    if group == MONEY:
        return f"Its money: {payer_text(plan, about)}"
    if group == RESOURCE:
        return f"Its use of {names.resource.labels[about]}"
    if group in (AVERTED, CASES):
        need = name_in_sentence(place, "need", names.need.labels[about])
        return f"Cases averted: {need}" if group == AVERTED else f"Its cases, which others could serve: {need}"
    block = plan.program.rows[about]
    said = demands_text(plan.program, block, np.unique(rows), place)
    return f"{'Helps to keep the rule' if helps else 'Uses up what the rule leaves'}: {said}"


def part_unit(plan: Plan, group: int, about: int) -> str:
    """Return the unit of what a unit of the service gains, costs or takes; blank where the amount says nothing."""
    tables, names = plan.place.tables, plan.formulation.arrays.names
    if group == OUTCOME:
        return str(tables["outcomes"].set_index("outcome")["unit"][names.outcome.labels[about]])
    if group == RESOURCE:
        return "units"
    return {BACK: "money", MONEY: "money", AVERTED: "cases", CASES: "cases"}.get(group, "")


def payer_text(plan: Plan, payer: int) -> str:
    """Return what people call a payer: a stream with its agency, or a pot."""
    money = plan.formulation.money
    label = money.payers.names.labels[payer]
    return label if money.payers.stream[payer] < 0 else _stream_text(plan.place, label)


def _stream_text(place: Place, stream: str) -> str:
    agency = place.tables["funding"].drop_duplicates("stream").set_index("stream")["agency"][stream]
    return f"{stream} ({people_names(place, 'agencies')[agency]})"
