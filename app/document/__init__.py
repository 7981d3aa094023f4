"""The document: the image editor without a window.

`document`, `layers`, `planes` and `selection` are what there is, `commands` what changes it and
`history` what takes that back. `compositing` shows it, `painting`, `transforming` and `masking`
make new pixels, `files` brings it in and out.

Plain Python over numpy, cv2, Pillow and QtGui value types; nothing here needs a QApplication.
Arrays are (H, W, ...), points and offsets are (x, y); pixel (x, y) covers [x, x+1) x [y, y+1).
"""
