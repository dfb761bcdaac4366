"""Tables of shared property: sites, the rooms that services need, and who lives within reach of what."""

from __future__ import annotations

from commission_opt.place.columns import (
    Column,
    Kind,
    key_column,
    link_column,
    money_column,
    number_column,
    table,
    text_column,
    whole_column,
)
from commission_opt.place.tables_of_place import AREA

TABLES_OF_ASSETS = (
    table(
        "sites",
        "Buildings from which services are delivered, all of them open today.",
        key_column("site", "Short name of the site."),
        text_column("name", "Full name."),
        link_column("agency", "Agency that owns it or holds its lease.", "agencies.agency"),
        number_column("floor_area", "Room for services while it is open.", "square metres", required=True),
        money_column(
            "running_cost",
            "Rent, rates and energy while it is open, beside what funding and unit costs hold.",
            "money a year",
            required=True,
        ),
        money_column("receipt", "Capital money for which it is sold once it has closed.", "money", 0.0),
        whole_column("receipt_lag", "Years between closing and the receipt.", "years", 1.0),
        money_column("closure_cost", "Revenue cost of closing it, once.", "money", 0.0),
        Column("closable", Kind.FLAG, "Whether it may close at all.", "yes or no", default=1.0),
        Column(
            "shareable",
            Kind.FLAG,
            "Whether services of other agencies may move in where a model shares sites.",
            "yes or no",
            default=0.0,
        ),
    ),
    table(
        "accommodation",
        "Room that one unit of a service needs; a service without a row needs none.",
        key_column("service", "Service that needs rooms.", "services.service"),
        Column(
            "floor_area",
            Kind.NUMBER,
            "Floor area that one unit a year takes up.",
            "square metres per unit a year",
            required=True,
            minimum=0.0,
            above=True,
        ),
    ),
    table(
        "placements",
        "Sites that suit a service; a service without a row suits every site.",
        key_column("service", "Service that needs rooms.", "accommodation.service"),
        key_column("site", "Site where it may be placed.", "sites.site"),
    ),
    table(
        "reach",
        "Sites within reach of an area, of which one has to stay open; an area without a row asks for none.",
        key_column("area", "Area whose people have to reach a site.", AREA),
        key_column("site", "Site that they can reach.", "sites.site"),
    ),
)
"""Tables of shared property, in the order in which a person fills them in."""
