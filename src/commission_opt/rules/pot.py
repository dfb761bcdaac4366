"""The pot: which money is pooled, and on which conditions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from commission_opt.rules.base import Settings

Kinds = tuple[str, ...] | Literal["all"]
"""Kinds of agencies, or all of them."""


class Pot(Settings):
    """Which money is pooled, and what the pot may pay for."""

    partners: Kinds = Field(default="all", description="Kinds of agencies whose money is pooled.")
    scope: Literal["all", "partners", "tags"] = Field(
        default="all",
        description="Every service, those that partners lead or may pay for, or those with one of the tags.",
    )
    kinds: tuple[str, ...] | Literal["all"] = Field(
        default="all", description="Kinds of money that are pooled, as the funding table names them."
    )
    tags: tuple[str, ...] = Field(default=(), description="Tags of the services in scope, where scope is 'tags'.")
    minimum_contributions: bool = Field(default=False, description="Whether the minimum contributions are due.")
    streams: Literal["all", "themed"] = Field(
        default="all", description="Every stream of the partners, or only those with a theme."
    )
    theme_virement: float | None = Field(
        default=None, ge=0, le=1, description="Share of a theme's money that may leave it; none: themes do not matter."
    )
    theme_intake: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Most that a theme may take from others, as a share of its own; none: any.",
    )
    overspend: Literal["free", "in_proportion"] = Field(
        default="free",
        description="Whether partners add to their minimum contributions as they like, or in proportion to these.",
    )

    @model_validator(mode="after")
    def _in_proportion_to_something(self) -> Pot:
        if self.overspend == "in_proportion" and not self.minimum_contributions:
            raise ValueError("an overspend in proportion to minimum contributions needs minimum_contributions = true")
        return self
