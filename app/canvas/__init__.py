"""The canvas: shows the document of a session and turns gestures into commands."""
