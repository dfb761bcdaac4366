"""Why there is no plan, and what would make one possible, on one screen."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from commission_opt.plan.conflict import Conflict
from commission_opt.plan.repair import Repair

WIDTH, LINES = 80, 24
"""Columns and lines of a screen."""

SHOWN = 5
"""Repairs that are shown where there is room."""

ITEMS = 2
"""Lines that the rules of a conflict have at least."""

WHO = {"political": "By agreement", "financial": "With money", "statutory": "In statute"}
"""Who would have to let rules give way."""

HEADING = "What would make a plan possible (each checked by solving):"


def clinic_text(conflict: Conflict, repairs: Sequence[Repair], lead: str = "") -> str:
    """Return a conflict and what would repair it, in at most a screenful of lines.

    Parameters
    ----------
    conflict : Conflict
        Rules that cannot hold together.
    repairs : sequence of Repair
        What could give way, in the order in which to consider it.
    lead : str
        What stands before the first line when it is printed.
    """
    headline = textwrap.wrap(lead + conflict.headline, WIDTH)
    shown = _chosen(repairs)
    while True:
        advice = _advice(shown, len(repairs))
        room = LINES - len(headline) - len(advice)
        if room >= ITEMS or len(shown) <= 1:
            break
        shown = shown[:-1] if len({repair.standing for repair in shown}) == 1 else _without_one(shown)
    lines = [*headline, *conflict_lines(conflict, max(room, ITEMS)), *advice]
    return "\n".join(lines).removeprefix(lead)


def conflict_lines(conflict: Conflict, most: int) -> list[str]:
    """Return the rules of a conflict, one behind each dash, in at most so many lines; the rest are counted."""
    lines: list[str] = []
    for at, item in enumerate(conflict.items):
        told = textwrap.wrap(item.sentence, WIDTH, initial_indent="  - ", subsequent_indent="    ")
        left = len(conflict.items) - at
        if len(lines) + len(told) + (left > 1) > most:
            return [*lines, f"  - and {left} more {'rule' if left == 1 else 'rules'}."]
        lines += told
    return lines


def _advice(shown: Sequence[Repair], count: int) -> list[str]:
    if not count:
        return ["No rule that could give way would make a plan possible."]
    lines = ["", HEADING]
    for number, repair in enumerate(shown, start=1):
        text = f"{number}. {WHO[repair.standing]}: {repair.sentence[:1].lower()}{repair.sentence[1:]}"
        lines += textwrap.wrap(text, WIDTH, subsequent_indent="   ")
    if count > len(shown):
        lines.append(f"{count - len(shown)} more with --json.")
    return lines


def _chosen(repairs: Sequence[Repair]) -> list[Repair]:
    """Return the repairs to show: the first of each standing, then as many of the others as there may be."""
    first = {repair.standing: repair for repair in reversed(repairs)}
    others = [repair for repair in repairs if repair is not first[repair.standing]]
    kept = [*first.values(), *others][:SHOWN]
    return [repair for repair in repairs if any(repair is one for one in kept)]


def _without_one(shown: Sequence[Repair]) -> list[Repair]:
    """Leave out the last repair of the standing that has most."""
    standings = [repair.standing for repair in shown]
    most = max(standings, key=standings.count)
    last = len(standings) - 1 - standings[::-1].index(most)
    return [repair for at, repair in enumerate(shown) if at != last]
