"""Files: pictures, OpenRaster, projects and PSD, in and out, without losing what was there."""
