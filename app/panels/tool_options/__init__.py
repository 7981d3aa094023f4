"""The bar above the picture: a row of controls for each family of tools."""

from app.panels.tool_options.bar import ToolOptions

__all__ = ["ToolOptions"]
