"""The document: layers, selection, brush, commands, history, compositing.

Plain Python over numpy, cv2, Pillow and QtGui value types; nothing here needs a QApplication.
Arrays are (H, W, ...), points and offsets are (x, y); pixel (x, y) covers [x, x+1) x [y, y+1).
"""
