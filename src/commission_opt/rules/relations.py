"""Relations between services that stay linear: ratios."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Rule, Words
from commission_opt.rules.draft import Draft


class Relations(Rule):
    r"""One service, or group of services, is held to a ratio of another.

    .. math:: \sum_{n g k} x_{subject, n g t k} \le ratio \cdot \sum_{n g k} x_{other, n g t k}

    Over the whole place, in each year. Between agencies that plan alone, today's arrangement stands: the
    subject stays within what today's ratio of the other allows, and the other keeps what today's subject needs.
    """

    kind: Literal["relations"] = "relations"
    reads: ClassVar[tuple[str, ...]] = ("relations",)
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
        "relations.other": Words(
            price="one more unit a year of the other side of '{relation}' in {year}",
            demand="the other side of '{relation}' keeps at least {bound} in {year}, as today",
            standing="political",
        ),
    }

    def rows(self, draft: Draft) -> None:
        """Add the ratios; say which relations need whole units and are left out."""
        relations = draft.arrays.conditions.relations
        for relation, kind in enumerate(relations.kind):
            if kind != "at_most":
                draft.notes.append(
                    f"Relation '{relations.label.labels[relation]}' needs yes-or-no decisions and is not applied."
                )
            elif self._apart(draft, relation):
                self._as_today(draft, relation)
            else:
                subject, other = self._sides(draft, relation)
                position = self._add(draft, relation, "at_most", upper=0.0)
                self._charge(draft, position, subject, 1.0)
                self._charge(draft, position, other, -float(relations.ratio[relation]))

    @staticmethod
    def _apart(draft: Draft, relation: int) -> bool:
        """Whether subject and other are decided by different planners."""
        relations = draft.arrays.conditions.relations
        together = relations.subject[relation] | relations.other[relation]
        return len(np.unique(draft.planners.of_service[together])) > 1

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
