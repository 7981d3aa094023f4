"""PSD: pixel layers from and for Photoshop."""
