"""A plan in a few lines for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commission_opt.plan.words import money_text, number_text, share_text

if TYPE_CHECKING:
    from commission_opt.plan.plan import Plan

LARGEST = 5
"""Services and outcomes named."""


def summary_text(plan: Plan) -> str:
    """Return the plan's value, spend, largest changes, what is unspent, and its certificate."""
    settings = plan.place.settings
    years = plan.place.years
    when = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
    lines = [
        f"{settings.title or settings.name}, {when}, under {plan.model.title}",
        f"Value of outcomes: {number_text(plan.value)}. Spend: {money_text(plan.spend, settings)}.",
    ]
    lines += _changes(plan)
    unspent = float(plan.funding.loc[plan.funding["use"] == "unspent", "amount_money"].sum())
    if unspent:
        lines.append(f"Left unspent: {money_text(unspent, settings)}; the funding table says why for every stream.")
    lines.append(
        f"Certified: every rule holds to {share_text(plan.certificate.violation)} of its own scale, and it is proven "
        f"that no plan under these rules can be better by more than {share_text(plan.certificate.gap)}."
    )
    lines += list(plan.notes)
    return "\n".join(lines)


def _changes(plan: Plan) -> list[str]:
    """Name the services whose spend changes most against the baseline at today's unit costs."""
    table = plan.allocation.groupby("service", sort=True)[["volume_units", "baseline_units", "spend_money"]].sum()
    volume, before = table["volume_units"], table["baseline_units"]
    if not before.any():
        return []
    change = (volume - before) * (table["spend_money"] / volume.where(volume > 0)).fillna(0.0)
    stopped = volume[(volume == 0) & (before > 0)].index
    order = change.abs().sort_values(ascending=False, kind="stable").index[:LARGEST]
    share = 100 * (volume / before.where(before > 0) - 1)
    names = _names(plan)
    named = [f"{names[service]} {share[service]:+.0f} %" for service in order if abs(share[service]) >= 0.5]
    lines = [f"Largest changes in volume against today: {', '.join(named)}."] if named else []
    if len(stopped):
        lines.append(f"No longer delivered: {', '.join(names[service] for service in stopped)}.")
    return lines


def _names(plan: Plan) -> dict[str, str]:
    """Return the names of services for people, by key."""
    table = plan.place.tables["services"]
    return {str(key): str(name) or str(key) for key, name in zip(table["service"], table["name"], strict=True)}
