"""The generate panel: a page per application, one render at a time, and the results.

`application_page` is what the panel knows of a page: `injection_page` (edit, harmonize, paint) and
`samples_page` work with the document's own model; `super_resolution_page` and `animation_page` are
`kind_page`s, which train a model of their own first. The other modules are parts of pages.
"""

from app.panels.generate.generate_panel import GeneratePanel

__all__ = ["GeneratePanel"]
