"""One short file per tool: pointer gestures on the document in, commands out."""
