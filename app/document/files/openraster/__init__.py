"""OpenRaster: layers for Krita, MyPaint and everyone."""
