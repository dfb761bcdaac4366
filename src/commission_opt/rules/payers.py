"""Who may pay for what: streams by their agencies' powers, and pots across agencies' boundaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from commission_opt.place.money import CAPITAL, REVENUE
from commission_opt.place.names import BoolArray, FloatArray, IntArray, Names
from commission_opt.rules.draft import Draft
from commission_opt.rules.pot import Kinds, Pot


@dataclass(frozen=True, eq=False)
class Payers:
    """Streams and pots that can pay.

    Parameters
    ----------
    names : Names
        The payers (P): streams that keep money of their own, then pots.
    stream : (P,) codes
        Stream behind each payer, -1 for a pot.
    pot_of : (F, T) payer codes
        Pot that a stream contributes to in a year, -1 for none.
    eligible : (P, U, K, T) bool
        Whether a payer may pay a kind of money for a subject of spending in a year.
    theme, fence, kind : (P,)
        Theme (tag code) and ring fence of each pot, -1 for none; kind of money of each payer.
    """

    names: Names
    stream: IntArray
    pot_of: IntArray
    eligible: BoolArray
    theme: IntArray
    fence: IntArray
    kind: IntArray

    @property
    def pots(self) -> IntArray:
        """Codes of the payers that are pots."""
        return np.flatnonzero(self.stream < 0)


class Powers(Protocol):
    """The settings that say who may pay."""

    @property
    def powers(self) -> Literal["lead", "lead_and_funders"]:
        """Whether agencies may pay for services that others lead, where ``funders`` lists them."""

    @property
    def pot(self) -> Pot | None:
        """The pooled fund."""

    @property
    def revenue_pays_capital(self) -> bool:
        """Whether revenue money may pay capital cost."""


def find_payers(draft: Draft, settings: Powers, poolable: FloatArray) -> Payers:
    """Work out who may pay for what under a model.

    Parameters
    ----------
    draft : Draft
        With every subject of spending named, and ring fences applied.
    settings : Powers
        What the model says about powers and the pot.
    poolable : (F, T) share
        Largest share of each stream that may go into a pot.

    Returns
    -------
    Payers
        A stream that can do through its pot all that it could do alone is no payer of its own.
    """
    streams = draft.arrays.streams
    kinds = _payable_kinds(draft, settings.revenue_pays_capital)
    themes = _themes(draft, settings.pot)
    own = _own_powers(draft, settings.powers, themes) & ~_fenced_out(draft)
    groups = _pot_groups(draft, settings.pot, own, themes)
    labels = sorted(set(groups.label.reshape(-1)) - {""})
    through = np.zeros((len(labels), *own.shape[1:]), dtype=bool)
    pot_of = np.full(groups.label.shape, -1, dtype=np.int64)
    theme, fence = np.full(len(labels), -1), np.full(len(labels), -1)
    kind = np.zeros(len(labels), dtype=np.int64)
    for code, label in enumerate(labels):
        stream, year = np.nonzero(groups.label == label)
        pot_of[stream, year] = code
        theme[code], kind[code] = groups.theme[stream[0]], streams.kind[stream[0]]
        fence[code] = _fence_of(draft, int(stream[0]), int(year[0]))
        for f, t in zip(stream, year, strict=True):
            through[code, :, t] = groups.scope & ~_fenced_out(draft)[f, :, t] & _in_theme(draft, int(theme[code]))
    bound = settings.pot is not None and settings.pot.overspend == "in_proportion"
    kept = _keeps_own_money(own, through, pot_of, (poolable >= 1.0) & (not bound))
    payers = Names("payer", (*[draft.arrays.names.stream.labels[f] for f in kept], *labels))
    allowed = np.concatenate([own[kept], through]) if len(labels) else own[kept]
    kind = np.concatenate([streams.kind[kept], kind]).astype(np.int64)
    return Payers(
        names=payers,
        stream=np.concatenate([kept, np.full(len(labels), -1)]).astype(np.int64),
        pot_of=np.where(pot_of >= 0, pot_of + len(kept), -1),
        eligible=allowed[:, :, None, :] & kinds[kind][:, None, :, None],
        theme=np.concatenate([np.full(len(kept), -1), theme]).astype(np.int64),
        fence=np.concatenate([np.full(len(kept), -1), fence]).astype(np.int64),
        kind=kind,
    )


@dataclass(frozen=True, eq=False)
class _PotGroups:
    """Label of the pot of every stream and year, theme of each stream, subjects in scope."""

    label: np.ndarray[tuple[int, ...], np.dtype[np.object_]]
    theme: IntArray
    scope: BoolArray


def _payable_kinds(draft: Draft, revenue_pays_capital: bool) -> BoolArray:
    """Return (K, K): which kinds of cost each kind of money pays."""
    kind = draft.arrays.names.kind
    payable = np.eye(len(kind), dtype=bool)
    if revenue_pays_capital:
        payable[kind.code(REVENUE), kind.code(CAPITAL)] = True
    return payable


def _themes(draft: Draft, pot: Pot | None) -> IntArray:
    """Return (F,) the theme of every stream of a partner, -1 for none and where themes do not matter."""
    streams = draft.arrays.streams
    if pot is None or pot.theme_virement is None:
        return np.full(len(streams.theme), -1, dtype=np.int64)
    return np.where(_members(draft, pot), streams.theme, -1)


def _own_powers(draft: Draft, powers: str, themes: IntArray) -> BoolArray:
    """Return (F, U, T): what each stream may pay for by its agency's own powers, inside its theme or as a funder."""
    arrays = draft.arrays
    lead = np.array(draft.spending.agency)
    own: BoolArray = np.equal.outer(arrays.streams.agency, lead)
    for stream in np.flatnonzero(themes >= 0):
        own[stream] &= _in_theme(draft, int(themes[stream]))
    if powers == "lead_and_funders":
        funders = arrays.conditions.funders
        for service, agency in zip(funders.service, funders.agency, strict=True):
            own[:, service] |= arrays.streams.agency == agency
    return np.repeat(own[:, :, None], draft.years, axis=2)


def _fenced_out(draft: Draft) -> BoolArray:
    """Return (F, U, T): what ring fences close; what is no service is closed to all fenced money."""
    services = len(draft.arrays.names.service)
    others = len(draft.spending.subject) - services
    fenced = np.any(draft.fenced_out, axis=1)
    return np.concatenate([draft.fenced_out, np.repeat(fenced[:, None, :], others, axis=1)], axis=1)


def _fence_of(draft: Draft, stream: int, year: int) -> int:
    """Return the ring fence that holds a stream's money in a year, -1 for none."""
    holds = bool(draft.fenced_out[stream, :, year].any())
    return int(draft.arrays.streams.fence[stream, year]) if holds else -1


def _pot_groups(draft: Draft, pot: Pot | None, own: BoolArray, theme: IntArray) -> _PotGroups:
    arrays, names = draft.arrays, draft.arrays.names
    label = np.full(arrays.streams.fence.shape, "", dtype=object)
    if pot is None:
        return _PotGroups(label, theme, np.zeros(len(draft.spending.subject), dtype=bool))
    member = _members(draft, pot)
    if pot.streams == "themed":
        member = member & (arrays.streams.theme >= 0)
        if not member.any():
            draft.notes.append("This place has no money with a theme, so there is nothing to settle by themes.")
    for stream in np.flatnonzero(member):
        for year in range(draft.years):
            parts = [f"{names.kind.labels[arrays.streams.kind[stream]]} pot"]
            fence = _fence_of(draft, int(stream), year)
            if fence >= 0:
                parts.append(f"inside {names.ring_fence.labels[fence]}")
            if theme[stream] >= 0:
                parts.append(f"for {names.tag.labels[theme[stream]]}")
            label[stream, year] = " ".join(parts)
    if pot.overspend == "in_proportion":
        _leave_out_who_owes_nothing(draft, label)
    return _PotGroups(label, theme, _scope(draft, pot, partner_agencies(draft, pot), own))


def _members(draft: Draft, pot: Pot) -> BoolArray:
    """Return (F,) the streams of partners of the kinds of money that are pooled; say which kinds there are none of."""
    streams, names = draft.arrays.streams, draft.arrays.names
    member = partner_agencies(draft, pot)[streams.agency]
    if pot.kinds == "all":
        return np.asarray(member)
    pooled = [kind for kind in pot.kinds if kind in names.kind.labels]
    member = member & np.isin(streams.kind, [names.kind.code(kind) for kind in pooled])
    had = {names.kind.labels[kind] for kind in streams.kind[member]}
    draft.notes.extend(
        f"No partner has {kind} money, so there is none in the pot." for kind in pot.kinds if kind not in had
    )
    return member


def _leave_out_who_owes_nothing(draft: Draft, label: np.ndarray[tuple[int, ...], np.dtype[np.object_]]) -> None:
    """Take partners out of the pots to which they owe no minimum contribution: they have no part in an overspend."""
    streams = draft.arrays.streams
    places = list(zip(*np.nonzero(label != ""), strict=True))
    owes = {(label[f, t], streams.agency[f], t) for f, t in places if streams.minimum_contribution[f, t] > 0}
    for f, t in places:
        if (label[f, t], streams.agency[f], t) not in owes:
            label[f, t] = ""


def partner_agencies(draft: Draft, pot: Pot) -> BoolArray:
    """Return (A,) which agencies are partners; say which kinds the place does not have."""
    return agencies_of_kinds(draft, pot.partners, "none takes part in the pot")


def agencies_of_kinds(draft: Draft, wanted: Kinds, absent: str) -> BoolArray:
    """Return (A,) which agencies are of the wanted kinds; say which the place lacks, and what then does not happen."""
    agencies = draft.arrays.place.tables["agencies"].set_index("agency")["kind"]
    kinds = [str(agencies[name]).casefold() for name in draft.arrays.names.agency.labels]
    if wanted == "all":
        return np.ones(len(kinds), dtype=bool)
    for kind in wanted:
        if kind.casefold() not in kinds:
            draft.notes.append(f"This place has no agency of kind '{kind}', so {absent}.")
    return np.isin(kinds, [kind.casefold() for kind in wanted])


def _scope(draft: Draft, pot: Pot, partner: BoolArray, own: BoolArray) -> BoolArray:
    """Return (U,) the subjects that the pot may pay for."""
    names, services = draft.arrays.names, draft.arrays.services
    lead = np.array(draft.spending.agency)
    if pot.scope == "all":
        return np.ones(len(lead), dtype=bool)
    if pot.scope == "partners":
        fundable = np.any(own[partner[draft.arrays.streams.agency]], axis=(0, 2))
        return np.asarray(partner[lead] | fundable)
    scope = np.zeros(len(lead), dtype=bool)
    known = [tag for tag in pot.tags if tag in names.tag.labels]
    for tag in known:
        scope[: len(names.service)] |= services.tagged[:, names.tag.code(tag)]
    if not scope.any():
        tags = ", ".join(f"'{tag}'" for tag in pot.tags) or "(none named)"
        draft.notes.append(f"This place has no service tagged {tags}, so the pot pays for nothing.")
    return scope


def _in_theme(draft: Draft, theme: int) -> BoolArray:
    """Return (U,) the subjects of a theme: all of them where there is no theme."""
    subjects = np.ones(len(draft.spending.subject), dtype=bool)
    if theme >= 0:
        subjects[:] = False
        services = len(draft.arrays.names.service)
        subjects[:services] = draft.arrays.services.tagged[:, theme]
    return subjects


def _keeps_own_money(own: BoolArray, through: BoolArray, pot_of: IntArray, whole: BoolArray) -> IntArray:
    """Return the streams that need money of their own beside their pot: not those that may pool the whole of it."""
    kept: list[int] = []
    for stream in range(len(pot_of)):
        dominated = True
        for year in range(pot_of.shape[1]):
            pot = pot_of[stream, year]
            dominated &= bool(
                pot >= 0 and whole[stream, year] and not (own[stream, :, year] & ~through[pot, :, year]).any()
            )
        if not dominated:
            kept.append(stream)
    return np.array(kept, dtype=np.int64)
