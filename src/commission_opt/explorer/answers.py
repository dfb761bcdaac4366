"""Answers to what a page asks: the value at once, the tables when the hand rests, long questions in the background."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from typing import Any

from commission_opt.analysis.barriers import barriers
from commission_opt.analysis.ladder import LADDER, compare
from commission_opt.analysis.why import why
from commission_opt.errors import CommissioningError, InfeasibleError, PlaceError, Problem, StoppedError
from commission_opt.explorer import tables
from commission_opt.explorer.engine import LONGEST, Engine
from commission_opt.explorer.figures import quick_value, today_table
from commission_opt.explorer.parts import pieces_of
from commission_opt.explorer.rendering import render
from commission_opt.explorer.scenario import Errand, Pins, Question, Scenario, View, command_of
from commission_opt.explorer.yardstick import same_yardstick, value_on
from commission_opt.place.arrays import compile_place
from commission_opt.plan.plan import Plan
from commission_opt.plan.run import Progress
from commission_opt.plan.solve import solve
from commission_opt.plan.words import money_text
from commission_opt.reports import sections, sections_money
from commission_opt.reports.clinic import WHO
from commission_opt.reports.sentences import (
    certificate_sentence,
    gainers_sentences,
    ladder_certificate_sentence,
    pooling_sentences,
    step_sentences,
    unspent_sentence,
    value_text,
)
from commission_opt.reports.why import why_parts

TODAY = "status_quo"
"""The form of joint working that holds today's volumes."""

MEANWHILE = "meanwhile"
"""The errand that asks what is proven of a scenario while it is being solved."""

TOO_LONG = (
    f"No proven plan was found within {LONGEST:.0f} seconds. Take back a change or choose another form; the command "
    "line waits as long as it is told to."
)


class Answers:
    """Answers what a page asks about one place."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @cached_property
    def _today(self) -> Any:
        return today_table(compile_place(self.engine.place))

    def now(self) -> Plan | None:
        """Return today as a plan; None where it has none."""
        try:
            return self.engine.plan(Scenario(model=TODAY)) if TODAY in self.engine.models else None
        except CommissioningError:
            return None

    def answer(self, asked: Question) -> dict[str, Any]:
        """Return the value of a scenario, with tables where a view is asked for, or why it cannot be met."""
        started = time.perf_counter()
        with self.engine.lock:
            try:
                found = self._solved(asked)
            except InfeasibleError as error:
                items = [item.sentence for item in error.conflict.items]
                found = {"status": "infeasible", "headline": error.conflict.headline, "items": items}
            except StoppedError:
                found = {"status": "refused", "headline": TOO_LONG, "items": []}
            except CommissioningError as error:
                found = {"status": "refused", "headline": str(error), "items": []}
        return {"sequence": asked.sequence, **found, "seconds": time.perf_counter() - started}

    def meanwhile(self, scenario: Scenario) -> str:
        """Return between what and what a scenario is worth that is being solved, in words; blank where not both."""
        found = self.engine.meanwhile(scenario)
        if found is None or found.low is None or found.high is None:
            return ""
        low, high = value_text(found.low), value_text(found.high)
        worth = f"about {low}" if low == high else f"between {low} and {high}"
        return f"Solving: what this form aims for is worth {worth}"

    def _solved(self, asked: Question) -> dict[str, Any]:
        plan = self.engine.plan(asked.scenario)
        start = self._start(asked)
        value = quick_value(plan) if asked.view is None else plan.value
        found: dict[str, Any] = {
            "status": plan.status,
            "value": value,
            "value_text": value_text(value),
            "change": tables.change_text(value, value_on(start, plan)),
            "timings": dict(plan.timings),
        }
        return found if asked.view is None else found | self._shown(asked, plan, asked.view)

    def _start(self, asked: Question) -> Plan | None:
        try:
            return self.engine.plan(Scenario(model=asked.start))
        except InfeasibleError:
            return None

    def _shown(self, asked: Question, plan: Plan, view: View) -> dict[str, Any]:
        trio = tables.Trio(self._today, self.now(), self._start(asked), plan)
        rows = tables.headline_rows(trio)
        settings = plan.place.settings
        change = rows[0][2]
        against = {"-": "", "the same": ", as much as the starting plan"}.get(
            change, f", {change} on the starting plan"
        )
        return {
            "spend": plan.spend,
            "headline": render(
                "headline.html",
                columns=tables.COLUMNS,
                rows=rows,
                reweighed=trio.start is not None and not same_yardstick(trio.start, plan),
                proof=certificate_sentence(plan),
            ),
            "said": f"Value of outcomes {value_text(plan.value)}{against}; spend {money_text(plan.spend, settings)}.",
            "html": self._tab(trio, view),
            "command": command_of(plan.place.name, asked.scenario),
        }

    def _tab(self, trio: tables.Trio, view: View) -> str | None:
        """Return the table of a tab; None where it takes longer and is asked for as an errand."""
        plan, columns = trio.plan, tables.COLUMNS
        if view.tab == "services":
            unit, rows = tables.service_rows(trio, view)
            order = f"{unit}, largest change first" if unit else "each in its own unit"
            return render(
                "before_after.html", columns=columns, rows=rows, unit=unit, what="Service", order=order, ask=True
            )
        if view.tab == "outcomes":
            rows = tables.outcome_rows(trio, view)
            order = "largest value in this scenario first"
            return render(
                "before_after.html", columns=columns, rows=rows, unit="", what="Outcome", order=order, ask=False
            )
        if view.tab == "agencies":
            base = trio.start if trio.start is not None and same_yardstick(trio.start, plan) else None
            section = sections_money.agencies_section(plan, base)
            lines = [] if base is None else gainers_sentences(plan, base)
            return render("agencies.html", section=section, lines=lines, compared=base is not None)
        return None

    def pins(self, asked: Pins) -> str:
        """Return pinned scenarios side by side."""
        named: list[tuple[str, Plan | None]] = []
        for pin in asked.pins:
            try:
                named.append((pin.name, self.engine.plan(pin.scenario)))
            except CommissioningError:
                named.append((pin.name, None))
        with self.engine.lock:
            pinned, outcomes = tables.pins_sections(named)
            return render("pins.html", pinned=pinned, outcomes=outcomes)

    def work(self, errand: Errand) -> Callable[[Progress], str]:
        """Return what does an errand, told how far it is."""
        work = {
            "prices": self._prices,
            "ladder": self._ladder,
            "barriers": self._barriers,
            "why": self._why,
            "repairs": self._repairs,
        }
        return lambda tell: work[errand.what](errand, tell)

    def _prices(self, errand: Errand, tell: Progress) -> str:
        tell("Asking what a little more and a little less of each limit is worth")
        plan = solve(*self.engine.changed(errand.scenario))
        return render("prices.html", section=sections_money.prices_section(plan), unspent=unspent_sentence(plan))

    def _ladder(self, errand: Errand, tell: Progress) -> str:
        place, _ = self.engine.changed(errand.scenario)
        forms = [self.engine.models[name] for name in LADDER if name in self.engine.models]
        found = compare(place, forms, progress=lambda title: tell(f"Solving: {title}"))
        return render(
            "ladder.html",
            section=sections.ladder_section(found),
            lines=[*pooling_sentences(found), *step_sentences(found), ladder_certificate_sentence(found)],
        )

    def _barriers(self, errand: Errand, tell: Progress) -> str:
        found = barriers(*self.engine.changed(errand.scenario), progress=tell)
        return render(
            "section.html", section=tables.barriers_section(found), caption="What lifting each alone is worth"
        )

    def _why(self, errand: Errand, tell: Progress) -> str:
        place, model = self.engine.changed(errand.scenario)
        if errand.service not in set(place.tables["services"]["service"]):
            raise PlaceError([Problem("why", f"'{errand.service}' is no service of the place.")])
        found = why(place, model, errand.service, progress=lambda _: tell("Comparing it with what else there is"))
        return render("pieces.html", pieces=pieces_of(why_parts(found)))

    def _repairs(self, errand: Errand, tell: Progress) -> str:
        tell("Working out what would make a plan possible")
        try:
            self.engine.plan(errand.scenario)
        except InfeasibleError as error:
            return render("repairs.html", repairs=[(WHO[one.standing], one.sentence) for one in error.repairs])
        return ""
