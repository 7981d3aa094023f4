"""Painting: brushes, clones, fills, gradients and shapes, and what they paint on."""
