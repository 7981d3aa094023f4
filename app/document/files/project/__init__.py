"""The project file: OpenRaster with everything of ours beside it."""
