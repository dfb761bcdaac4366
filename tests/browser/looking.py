"""What a person would notice on a page: barriers to reading it, and what sticks out of the window."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""Rules of axe-core: WCAG 2.2 up to level AA, and its good practice on headings and landmarks."""


@cache
def axe() -> str:
    """Return axe-core as one script."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """Return what axe-core finds against WCAG 2.2 AA on a page as it stands now, one line for each element."""
    page.evaluate(axe())
    options: dict[str, Any] = {"runOnly": list(STANDARDS), "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{rule['id']}: {rule['help']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def sideways(page: Page) -> list[str]:
    """Return what makes a page scroll sideways: the elements that reach beyond the window."""
    return list(
        page.evaluate(
            """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
            [...document.body.querySelectorAll('*')]
            .filter(part => part.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .map(part => `${part.tagName.toLowerCase()}.${part.getAttribute('class') || ''}`)"""
        )
    )
