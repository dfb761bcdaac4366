"""Checks of earmarks against the contributions that they are part of."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from commission_opt.errors import Problem
from commission_opt.place.sheets import Sheet, quoted

ROUNDING = 1e-9
"""Share by which an earmark may exceed a contribution: an amount times a share is not exact."""


def earmarks_within_contributions(sheets: Mapping[str, Sheet]) -> list[Problem]:
    """Complain of earmarks above the minimum contribution of their stream in some year."""
    earmarks, funding = sheets["earmarks"], sheets["funding"].frame
    due = funding.assign(minimum_contribution=funding["minimum_contribution"].fillna(0.0))
    problems = []
    for at, (stream, year, amount) in enumerate(
        zip(*(earmarks.frame[column] for column in ("stream", "year", "amount")), strict=True)
    ):
        contribution = _least_contribution(earmarks.frame, due, at)
        if amount <= contribution * (1 + ROUNDING):
            continue
        when = f" in {year}" if year else ""
        message = (
            f"{amount:.15g} is above the minimum contribution of {quoted(stream)}{when}, which is "
            f"{contribution:.15g}; expected at most that"
        )
        remedy = "Lower the earmark, or raise minimum_contribution in funding."
        problems.append(earmarks.problem(at, "amount", message, remedy))
    return problems


def _least_contribution(earmarks: pd.DataFrame, due: pd.DataFrame, at: int) -> float:
    """Return the least that the stream owes in the years for which a row holds."""
    stream, subject, year = (earmarks[column].iloc[at] for column in ("stream", "subject", "year"))
    of_stream = due[due["stream"] == stream]
    if year:
        rows = of_stream[of_stream["year"] == year]
        rows = rows if len(rows) else of_stream[of_stream["year"] == ""]
    else:
        own = earmarks.loc[(earmarks["stream"] == stream) & (earmarks["subject"] == subject), "year"]
        rows = of_stream[(of_stream["year"] == "") | ~of_stream["year"].isin(own)]
    return float(rows["minimum_contribution"].min()) if len(rows) else 0.0
