"""Background work: frozen requests, their event streams, and the one worker thread."""
