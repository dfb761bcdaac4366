"""The tables of a plan that reports write, and what their columns mean."""

from __future__ import annotations

from commission_opt.place.place import PlaceSettings

PLAN_TABLES = {
    "allocation": "What is delivered, where, to whom and when",
    "funding": "Who paid for what, what was carried forward, what is left unspent and why",
    "outcomes": "What is gained, by outcome, area and year",
    "agencies": "The ledger by agency, over all years",
    "resources": "Staff, buildings and equipment by year",
    "sites": "Sites by year, open or closed, and what is in them",
    "prices": "What one more unit of every binding rule is worth",
}
"""Tables of a plan by their attribute, with what each holds."""

COLUMNS = {
    "service": "Service",
    "agency": "Agency: that leads the service, owns the stream or resource, or answers for the outcome",
    "need": "Need that the service meets",
    "area": "Area",
    "cohort": "Population group; blank where the need is not divided",
    "year": "Year",
    "volume_units": "Units of the service",
    "spend_money": "Money spent",
    "baseline_units": "Units of the service today",
    "change_units": "Units more than today",
    "stream": "Stream of money",
    "kind": "Kind of money, or of resource",
    "through": "Paid directly (own) or through a pot",
    "use": "What the money went to: service, resource, site, carried forward, unspent",
    "subject": "Service or resource paid for",
    "amount_money": "Money",
    "reason": "Why it is unspent",
    "outcome": "Outcome",
    "unit": "Unit of the row",
    "amount_units": "Outcome gained, in its own unit",
    "value": "Value of outcomes: weighted and discounted",
    "put_in_money": "Money of the agency's streams that is spent, whatever for",
    "led_spend_money": "Money spent on services that the agency leads, whoever pays",
    "savings_money": "Cash that comes back to the agency: savings, and what closing sites brings",
    "net_money": "Spent on what it leads, plus savings, less what it put in",
    "own_outcomes_value": "Value of the outcomes that the agency answers for",
    "net_change_money": "Change of net money on the model that this one is a step from",
    "own_outcomes_change": "Change of the value of its outcomes on the model that this one is a step from",
    "resource": "Resource",
    "site": "Site",
    "open": "Whether the site is open in the year: yes or no",
    "floor_area": "Square metres of the site while it is open",
    "services": "Services in the site",
    "available": "Units there are",
    "bought": "Units bought",
    "stood_in": "Units that others stood in for",
    "lent": "Units lent to stand in for others",
    "used": "Units used; of a site, square metres",
    "left": "Units left over; of a site, square metres",
    "rule": "Rule family",
    "label": "Rule, with what it is about",
    "sentence": "What one more amount of the bound is",
    "buys": "Outcomes that change most with so much more of the bound, of the dearest rules",
    "bound": "What the rule demands or allows",
    "price": "Value gained by one unit more of the bound; lost by one unit less where none more can be",
    "price_low": "Value gained by one unit more",
    "price_high": "Value lost by one unit less",
    "valid_from": "Lowest bound at which these prices hold",
    "valid_to": "Highest bound at which these prices hold",
    "amount": "An amount that a board would speak of, in the unit of the row",
    "change_more": "Change of the objective with the bound that amount more",
    "change_less": "Change of the objective with the bound that amount less",
    "model": "Model",
    "title": "Title of the model",
    "status": "optimal or infeasible",
    "name": "Name for people",
    "before_money": "Money spent today, or in the plan compared with",
    "change_money": "Money more than before",
    "before_units": "Units delivered today, or in the plan compared with",
    "in_words": "What one more amount of the bound gains, and what one less costs",
    "holds_for": "How far the bound may move before that changes",
    "gain_value": "Value more than under the first model",
    "from_name": "Short title of the model that this one is a step from",
    "step_share": "Step as a share of the value of the model that it is a step from",
    "step": "Gain in value on the model named in step_from",
    "step_from": "Model that this one is a step from",
    "unspent_money": "Money left unspent",
    "violation": "Largest breach of any rule, relative to its own scale",
    "gap": "Proven distance from the best plan, relative",
}
"""What each column of the tables means."""


def unit_of(column: str, settings: PlaceSettings) -> str:
    """Return the unit of a column of figures; blank for text and for what the row itself says."""
    if column.endswith("_money"):
        return settings.currency if settings.money_unit == 1 else f"{settings.money_unit:,} {settings.currency}"
    if column in ("value", "step") or column.endswith(("_value", "outcomes_change")):
        return "value"
    return "units of the row" if column.endswith("_units") else ""
