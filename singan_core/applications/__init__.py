"""The applications: each a short recipe over the one walk through the pyramid."""

from __future__ import annotations

from singan_core.applications.editing import EDIT
from singan_core.applications.harmonization import HARMONIZE
from singan_core.applications.injecting import InjectingApplication
from singan_core.applications.paint_to_image import PAINT

APPLICATIONS: dict[str, InjectingApplication] = {
    application.name: application for application in (EDIT, HARMONIZE, PAINT)
}
"""Every application that injects an edit, by name."""

__all__ = ["APPLICATIONS", "EDIT", "HARMONIZE", "PAINT", "InjectingApplication"]
