"""The one walk through the pyramid, whole or in windows, and what an edit makes of it."""
