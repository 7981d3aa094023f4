"""The trained pyramid: its plan, its networks, what training leaves, and how that is kept."""
