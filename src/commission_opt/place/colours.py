"""The colours that everything of this package has in common, whatever it is shown on."""

from __future__ import annotations

INK, ACCENT, PALE, QUIET = "#14213D", "#1D4E79", "#E8EEF4", "#5A6470"
"""Text, headings that matter, shade of the others, and what stands back."""

WHITE = "#FFFFFF"
