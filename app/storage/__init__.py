"""Folders the program keeps for itself: models, unfinished trainings, unsaved documents."""
