"""Who has money and what it buys: streams and services by position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from commission_opt.place.expand import by_year
from commission_opt.place.names import EVERYTHING, BoolArray, FloatArray, IntArray, Words

if TYPE_CHECKING:
    from commission_opt.place.arrays import PlaceNames

REVENUE, CAPITAL = "revenue", "capital"


@dataclass(frozen=True, eq=False)
class Streams:
    """Money by stream (F) and year (T), in the place's money unit.

    ``agency`` and ``kind`` are (F,) codes, ``fence`` (F, T) codes with -1 for none, ``theme`` (F,) tag
    codes with -1 for none; the rest (F, T).
    """

    agency: IntArray
    kind: IntArray
    fence: IntArray
    theme: IntArray
    amount: FloatArray
    poolable_share: FloatArray
    minimum_contribution: FloatArray
    carry_share: FloatArray


@dataclass(frozen=True, eq=False)
class Services:
    """Services (S): who leads them, what they meet, what a unit costs in each kind of money (S, K).

    ``fixed_cost`` revenue money and ``minimum_scale`` units a year when open, 0 where there is none.
    """

    agency: IntArray
    need: IntArray
    cost: FloatArray
    fixed_cost: FloatArray
    minimum_scale: FloatArray
    max_coverage: FloatArray
    tagged: BoolArray
    grouped: BoolArray


def compile_streams(funding: pd.DataFrame, names: PlaceNames) -> Streams:
    """Turn the funding table, defaults filled in, into positions."""
    words = Words.of(funding["stream"]), Words.of(funding["year"])
    stream, year = names.stream.codes(words[0]), names.year.codes(words[1])
    shape = (len(names.stream), len(names.year))
    first = np.full(len(names.stream), -1, dtype=np.int64)
    first[stream[::-1]] = np.arange(len(stream))[::-1]

    def yearly(column: str) -> FloatArray:
        return by_year(shape, stream, year, funding[column].to_numpy(dtype=float))

    fence = by_year(shape, stream, year, names.ring_fence.codes(funding["ring_fence"]).astype(float), EVERYTHING)
    return Streams(
        agency=names.agency.codes(funding["agency"])[first],
        kind=names.kind.codes(funding["kind"])[first],
        fence=fence.astype(np.int64),
        theme=names.tag.codes(funding["theme"])[first],
        amount=stream_amounts(words, funding["amount"].to_numpy(dtype=float), names),
        poolable_share=yearly("poolable_share"),
        minimum_contribution=yearly("minimum_contribution"),
        carry_share=yearly("carry_forward_share"),
    )


def stream_amounts(words: tuple[Words, Words], amount: FloatArray, names: PlaceNames) -> FloatArray:
    """Return (F, T) what every stream has, given the stream, the year and the amount of each row of the table."""
    shape = (len(names.stream), len(names.year))
    return by_year(shape, names.stream.codes(words[0]), names.year.codes(words[1]), amount)


def compile_services(tables: dict[str, pd.DataFrame], names: PlaceNames) -> Services:
    """Turn services, their costs, tags and groups into positions."""
    services = tables["services"].set_index("service").reindex(names.service.labels)
    cost = np.zeros((len(names.service), len(names.kind)))
    cost[:, names.kind.code(REVENUE)] = services["unit_cost"].fillna(0.0)
    cost[:, names.kind.code(CAPITAL)] = services["capital_cost"]
    costs = tables["costs"]
    cost[names.service.codes(costs["service"]), names.kind.codes(costs["kind"])] = costs["amount"]
    tagged = np.zeros((len(names.service), len(names.tag)), dtype=bool)
    for position, cell in enumerate(services["tags"]):
        tagged[position, [names.tag.code(tag.strip()) for tag in str(cell).split(";") if tag.strip()]] = True
    grouped = np.zeros((len(names.service), len(names.group)), dtype=bool)
    groups = tables["groups"]
    grouped[names.service.codes(groups["service"]), names.group.codes(groups["group"])] = True
    return Services(
        agency=names.agency.codes(services["agency"]),
        need=names.need.codes(services["need"]),
        cost=cost,
        fixed_cost=services["fixed_cost"].to_numpy(dtype=float),
        minimum_scale=services["minimum_scale"].to_numpy(dtype=float),
        max_coverage=services["max_coverage"].to_numpy(dtype=float),
        tagged=tagged,
        grouped=grouped,
    )
