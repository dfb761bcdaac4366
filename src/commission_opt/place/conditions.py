"""Limits, targets, relations, funders and ring fences as arrays: what a place demands of any plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from commission_opt.place.expand import by_year
from commission_opt.place.names import BoolArray, FloatArray, IntArray, Names, different, in_order

if TYPE_CHECKING:
    from commission_opt.place.arrays import PlaceNames
    from commission_opt.place.money import Services

CHANGE_FIGURES = ("max_cut", "max_growth")
LIMIT_FIGURES = ("min_volume", "max_volume", "min_spend", "max_spend", "min_coverage", "max_coverage")


@dataclass(frozen=True, eq=False)
class Limits:
    """Limits (L): names of their subjects, services (L, S) meant, area codes, figures (L, T) with NaN for none.

    ``figures`` are least and most of a year, ``changes`` the largest cut and growth against the year before.
    """

    subject: Names
    subject_code: IntArray
    services: BoolArray
    area: IntArray
    figures: dict[str, FloatArray]
    changes: dict[str, FloatArray]

    def is_service(self, limit: int) -> bool:
        """Whether a limit's subject is a single service by its own name."""
        return ":" not in self.subject.labels[self.subject_code[limit]]


@dataclass(frozen=True, eq=False)
class Targets:
    """Targets (J): outcome and area codes, minimum and penalty (J, T) with NaN for none.

    ``stretch`` and ``reward`` (J, T) are NaN where there is no reward, ``pro_rata`` (J, T) is 1 where it grows from the
    minimum to the stretch, else 0.
    """

    outcome: IntArray
    area: IntArray
    minimum: FloatArray
    penalty: FloatArray
    stretch: FloatArray
    reward: FloatArray
    pro_rata: FloatArray


@dataclass(frozen=True, eq=False)
class Relations:
    """Relations (M): kinds, labels, services (M, S) of subject and other, ratios, years of double running."""

    kind: tuple[str, ...]
    label: Names
    subject: BoolArray
    other: BoolArray
    ratio: FloatArray
    double_running: IntArray


@dataclass(frozen=True, eq=False)
class Funders:
    """Agencies (Q) other than the lead that may pay for a service, with least and largest shares."""

    service: IntArray
    agency: IntArray
    min_share: FloatArray
    max_share: FloatArray

    @property
    def limited(self) -> IntArray:
        """Services of which some funder has a least or a largest share."""
        return np.unique(self.service[(self.min_share > 0) | (self.max_share < 1)])


@dataclass(frozen=True, eq=False)
class Tranches:
    """Parts of the coverable demand with their own effectiveness: (S, K) shares and multipliers."""

    share: FloatArray
    effectiveness: FloatArray


@dataclass(frozen=True, eq=False)
class Conditions:
    """Everything that a place demands of any plan, before a model says which of it holds."""

    limits: Limits
    targets: Targets
    relations: Relations
    funders: Funders
    fence_allows: BoolArray
    returns: Tranches


def compile_conditions(tables: dict[str, pd.DataFrame], names: PlaceNames, services: Services) -> Conditions:
    """Turn the tables of conditions into arrays."""
    fences = tables["ring_fences"]
    allows = np.zeros((len(names.ring_fence), len(names.service)), dtype=bool)
    allows[names.ring_fence.codes(fences["ring_fence"]), names.service.codes(fences["service"])] = True
    funders = in_order(tables["funders"], ["service", "agency"])
    return Conditions(
        limits=_limits(tables["limits"], names, services),
        targets=_targets(tables["targets"], names),
        relations=_relations(tables["relations"], names, services),
        funders=Funders(
            service=names.service.codes(funders["service"]),
            agency=names.agency.codes(funders["agency"]),
            min_share=funders["min_share"].to_numpy(dtype=float),
            max_share=funders["max_share"].to_numpy(dtype=float),
        ),
        fence_allows=allows,
        returns=_returns(tables["returns"], names),
    )


def subject_services(subject: str, names: PlaceNames, services: Services) -> BoolArray:
    """Return (S,) the services that a subject means: one, or those of a need, tag or group."""
    scope, _, name = subject.partition(":")
    if not name:
        return np.asarray(np.arange(len(names.service)) == names.service.code(subject), dtype=bool)
    if scope == "need":
        return np.asarray(services.need == names.need.code(name), dtype=bool)
    if scope == "tag":
        return np.asarray(services.tagged[:, names.tag.code(name)])
    return np.asarray(services.grouped[:, names.group.code(name)])


def _limits(table: pd.DataFrame, names: PlaceNames, services: Services) -> Limits:
    keys, position = different(table, ("subject", "area"))
    year = names.year.codes(table["year"])
    shape, subject = (len(keys), len(names.year)), Names.sorted("subject", keys["subject"])
    return Limits(
        subject=subject,
        subject_code=subject.codes(keys["subject"]),
        services=_masks(keys["subject"], names, services),
        area=names.area.codes(keys["area"]),
        figures={name: _figures(table[name], position, year, shape) for name in LIMIT_FIGURES},
        changes={name: _figures(table[name], position, year, shape) for name in CHANGE_FIGURES},
    )


def _figures(column: pd.Series, position: IntArray, year: IntArray, shape: tuple[int, int]) -> FloatArray:
    values = column.to_numpy(dtype=float)
    given = ~np.isnan(values)
    return by_year(shape, position[given], year[given], values[given], np.nan)


def _masks(subjects: pd.Series, names: PlaceNames, services: Services) -> BoolArray:
    masks = [subject_services(str(subject), names, services) for subject in subjects]
    return np.array(masks, dtype=bool).reshape(len(masks), len(names.service))


def _targets(table: pd.DataFrame, names: PlaceNames) -> Targets:
    keys, position = different(table, ("outcome", "area"))
    year = names.year.codes(table["year"])
    shape = (len(keys), len(names.year))

    def of_row(figures: pd.Series) -> FloatArray:
        """Spread what belongs together: the row of a year replaces all of it, blanks too."""
        return by_year(shape, position, year, figures.to_numpy(dtype=float), np.nan)

    return Targets(
        outcome=names.outcome.codes(keys["outcome"]),
        area=names.area.codes(keys["area"]),
        minimum=_figures(table["minimum"], position, year, shape),
        penalty=_figures(table["penalty"], position, year, shape),
        stretch=of_row(table["stretch"]),
        reward=of_row(table["reward"]),
        pro_rata=of_row(table["reward_scale"] == "pro_rata"),
    )


def _relations(table: pd.DataFrame, names: PlaceNames, services: Services) -> Relations:
    rows = in_order(table, ["relation", "subject", "other"])
    label = [f"{r} {s} {o}" for r, s, o in zip(rows["relation"], rows["subject"], rows["other"], strict=True)]
    return Relations(
        kind=tuple(str(kind) for kind in rows["relation"]),
        label=Names("relation", tuple(label)),
        subject=_masks(rows["subject"], names, services),
        other=_masks(rows["other"], names, services),
        ratio=rows["ratio"].to_numpy(dtype=float),
        double_running=rows["double_running"].to_numpy(dtype=float).astype(np.int64),
    )


def _returns(table: pd.DataFrame, names: PlaceNames) -> Tranches:
    service = names.service.codes(table["service"])
    tranche = table["tranche"].to_numpy(dtype=float).astype(np.int64) - 1
    share = np.zeros((len(names.service), int(tranche.max(initial=0)) + 1))
    effectiveness = np.zeros_like(share)
    constant = np.setdiff1d(np.arange(len(names.service)), service)
    share[constant, 0], effectiveness[constant, 0] = 1.0, 1.0
    share[service, tranche] = table["share"]
    effectiveness[service, tranche] = table["effectiveness"]
    return Tranches(share, effectiveness)
