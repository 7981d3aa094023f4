"""Panels of the window. They never import each other; they meet through the session."""
