"""Relations between services: ratios, what needs or rules out another, and bundles that replace others."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Rule, Words
from commission_opt.rules.bundles import BUNDLE_WORDS, add_bundle, keep_parts
from commission_opt.rules.draft import Draft
from commission_opt.rules.yes_or_no import (
    YES_OR_NO_WORDS,
    add_excludes,
    add_requires,
    keep_excluded,
    keep_required,
)


class Relations(Rule):
    r"""One service, or group of services, depends on another: over the whole place, in each year.

    .. math:: \text{at\_most:} \quad \sum_{s \in subject} x_{s t} \le ratio \cdot \sum_{s \in other} x_{s t}, \qquad
        \text{requires:} \quad ratio \cdot open_{s t} \le \sum_{s' \in other} x_{s' t} \quad (s \in subject)

        \text{excludes:} \quad open_{s t} + open_{s' t} \le 1 \quad (s \in subject, s' \in other)

        \text{replaces:} \quad least_s \, z_t \le x_{s t} \le today_{s t} + (reach_{s t} - today_{s t}) \, z_t
        \quad (s \in subject), \qquad z_{t - 1} \le z_t \in \{0, 1\}

        ratio \cdot today_{other, t} \, z_{t - D} \le \sum_{s \in subject} x_{s t}, \qquad
        today_{s t} (z_t - z_{t - D}) \le x_{s t} \le reach_{s t} (1 - z_{t - D}) \quad (s \in other)

    A service is open in a year in which it delivers anything. The subject of ``replaces`` is a bundle that takes the
    place of the other: its parts run beyond today only all together and for good, each at its minimum scale (where it
    has none, at one unit) or more; for D years of double running the other keeps what it delivers today, then it closes
    and the bundle delivers ``ratio`` of that. What needs a yes-or-no decision makes a mixed-integer program.

    Between agencies that plan alone, today's arrangement stands. Of a ratio, the subject stays within what it is today,
    and the other keeps what that needs. What ``requires`` another, or one of two that exclude each other, stays closed
    unless it is open today, and the other keeps what it requires. No bundle starts.
    """

    kind: Literal["relations"] = "relations"
    reads: ClassVar[tuple[str, ...]] = ("relations", "services.minimum_scale")
    words: ClassVar[dict[str, Words]] = {
        "relations.at_most": Words(
            price="one more unit a year allowed beyond the ratio '{relation}' in {year}",
            demand="the ratio '{relation}' in {year} has to hold",
            standing="political",
            gives="the ratio '{relation}' may be passed by {amount} in {year}",
        ),
        "relations.subject": Words(
            price="one more unit a year of the subject of '{relation}' in {year}",
            demand="the subject of '{relation}' stays at most at {bound} in {year}, as today",
            standing="political",
        ),
        "relations.open": Words(
            price="one more unit a year of {service} in {year} beside the question whether it is open",
            demand="{service} delivers in {year} only if it is open",
            standing="identity",
        ),
        **YES_OR_NO_WORDS,
        **BUNDLE_WORDS,
        "relations.other": Words(
            price="one more unit a year of the other side of '{relation}' in {year}",
            demand="the other side of '{relation}' keeps at least {bound} in {year}, as today",
            standing="political",
        ),
    }

    def rows(self, draft: Draft) -> None:
        """Add what every relation asks, or today's arrangement where its sides do not plan together."""
        relations = draft.arrays.conditions.relations
        steps = {
            "at_most": (self._at_most, self._as_today),
            "requires": (add_requires, keep_required),
            "excludes": (add_excludes, keep_excluded),
            "replaces": (add_bundle, keep_parts),
        }
        for relation, kind in enumerate(relations.kind):
            together, apart = steps[kind]
            (apart if self._apart(draft, relation) else together)(draft, relation)

    @staticmethod
    def _apart(draft: Draft, relation: int) -> bool:
        """Whether subject and other are decided by different planners."""
        relations = draft.arrays.conditions.relations
        together = relations.subject[relation] | relations.other[relation]
        return len(np.unique(draft.planners.of_service[together])) > 1

    def _at_most(self, draft: Draft, relation: int) -> None:
        subject, other = self._sides(draft, relation)
        position = self._add(draft, relation, "at_most", upper=0.0)
        self._charge(draft, position, subject, 1.0)
        self._charge(draft, position, other, -float(draft.arrays.conditions.relations.ratio[relation]))

    def _as_today(self, draft: Draft, relation: int) -> None:
        subject, other = self._sides(draft, relation)
        today = np.bincount(
            draft.volumes.year[subject], draft.baseline_volume()[subject], minlength=draft.years
        ).astype(float)
        self._charge(draft, self._add(draft, relation, "subject", upper=today), subject, 1.0)
        ratio = float(draft.arrays.conditions.relations.ratio[relation])
        needed = today / ratio if ratio > 0 else np.zeros_like(today)
        self._charge(draft, self._add(draft, relation, "other", lower=needed), other, 1.0)

    @staticmethod
    def _sides(draft: Draft, relation: int) -> tuple[IntArray, IntArray]:
        relations, service = draft.arrays.conditions.relations, draft.volumes.service
        return np.flatnonzero(relations.subject[relation][service]), np.flatnonzero(relations.other[relation][service])

    @staticmethod
    def _add(
        draft: Draft,
        relation: int,
        side: str,
        *,
        lower: FloatArray | float = -np.inf,
        upper: FloatArray | float = np.inf,
    ) -> IntArray:
        names = draft.arrays.names
        label = draft.arrays.conditions.relations.label
        keys = Keys.of((label, np.full(draft.years, relation)), (names.year, np.arange(draft.years)))
        return draft.builder.add_rows(f"relations.{side}", keys, unit="units a year", lower=lower, upper=upper)

    @staticmethod
    def _charge(draft: Draft, position: IntArray, volume: IntArray, coefficient: float) -> None:
        draft.builder.add_entries(position[draft.volumes.year[volume]], draft.volumes.column[volume], coefficient)
