"""Checks of what is paid for outcomes: contracts, and reward grants for stretch targets."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from commission_opt.errors import Problem
from commission_opt.place.sheets import Sheet, positions, quoted

Sheets = Mapping[str, Sheet]

OF_THE_SERVICE = ("upfront_share", "investor_money", "investor_return")
"""Columns of contracts that speak of the whole service, whatever outcome the row is about."""


def contracts_have_effect(sheets: Sheets) -> list[Problem]:
    """Complain of contracts that pay for what their service does not bring about."""
    contracts, effects = sheets["contracts"], sheets["effects"].frame
    gains = effects[effects["effect"] > 0]
    known = set(zip(gains["service"], gains["outcome"], strict=True))
    frame = contracts.frame
    idle = [pair not in known for pair in zip(frame["service"], frame["outcome"], strict=True)]
    return [
        contracts.problem(
            at,
            "outcome",
            f"{quoted(frame['service'].iloc[at])} has no effect above 0 on {quoted(frame['outcome'].iloc[at])}; "
            "expected an outcome that it brings about",
            "Add the effect to effects, or correct the service or the outcome.",
        )
        for at in positions(pd.Series(idle, dtype=bool))
    ]


def contracts_apart(sheets: Sheets) -> list[Problem]:
    """Complain of outcomes of a service that are paid for twice."""
    contracts = sheets["contracts"]
    frame = contracts.frame
    first = frame.groupby(["service", "outcome"], sort=False)["contract"].transform("first")
    return [
        contracts.problem(
            at,
            "outcome",
            f"{quoted(first.iloc[at])} pays for {quoted(frame['outcome'].iloc[at])} of "
            f"{quoted(frame['service'].iloc[at])} already; expected one contract for one outcome of a service",
            "Keep one of the two rows.",
        )
        for at in positions(first != frame["contract"])
    ]


def contracts_agree(sheets: Sheets) -> list[Problem]:
    """Complain of contracts for one service that differ in what they say of the whole service."""
    contracts = sheets["contracts"]
    frame = contracts.frame
    problems = []
    for column in OF_THE_SERVICE:
        default = contracts.table.column(column).default
        figures = frame[column] if default is None else frame[column].fillna(default)
        text = figures.map(lambda figure: "(blank)" if pd.isna(figure) else f"{figure:g}")
        first = text.groupby(frame["service"], sort=False).transform("first")
        problems += [
            contracts.problem(
                at,
                column,
                f"{text.iloc[at]} differs from {first.iloc[at]} in an earlier row of "
                f"{quoted(frame['service'].iloc[at])}; expected the same in all its rows",
                "The rows of a service are the tariffs of one agreement: write the same figure in each.",
            )
            for at in positions(text != first)
        ]
    return problems


def caps_above_thresholds(sheets: Sheets) -> list[Problem]:
    """Complain of contracts that would stop paying before they begin."""
    contracts = sheets["contracts"]
    cap, threshold = contracts.frame["cap"], contracts.frame["threshold"]
    return [
        contracts.problem(
            at,
            "threshold",
            f"{threshold.iloc[at]:g} is above cap, which is {cap.iloc[at]:g}; expected at most that",
            "Swap or correct the two figures.",
        )
        for at in positions(threshold > cap)
    ]


def rewards_complete(sheets: Sheets) -> list[Problem]:
    """Complain of stretch targets without a reward, rewards without one, and stretch targets that stretch nothing."""
    targets = sheets["targets"]
    stretch, reward, minimum = (targets.frame[name] for name in ("stretch", "reward", "minimum"))
    problems = [
        targets.problem(
            at,
            "reward" if reward.isna().iloc[at] else "stretch",
            "the cell is blank; expected both a stretch and its reward, or neither",
            "Fill in the other figure, or blank both.",
        )
        for at in positions(stretch.isna() != reward.isna())
    ]
    return problems + [
        targets.problem(
            at,
            "stretch",
            f"{stretch.iloc[at]:g} is not above minimum, which is {minimum.iloc[at]:g}; expected more than that",
            "Raise the stretch, or lower the minimum.",
        )
        for at in positions(stretch <= minimum)
    ]
