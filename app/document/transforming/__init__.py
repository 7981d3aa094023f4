"""Geometry that is more than moving by whole pixels: projections, resampling, crops."""
