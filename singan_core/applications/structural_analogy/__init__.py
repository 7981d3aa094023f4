"""Structural analogy of two photos (Benaim et al. 2020, arXiv 2004.02222)."""
