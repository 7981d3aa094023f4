"""Folders the program keeps for itself: finished models and unfinished trainings."""
