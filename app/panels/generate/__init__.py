"""The generate panel: a page per application, one render at a time, and the results."""

from app.panels.generate.generate_panel import GeneratePanel

__all__ = ["GeneratePanel"]
