"""The edit is the mask: where a document differs from its photo, and how holes are filled."""
