"""Pictures of one layer, with their metadata."""
