"""Dialogs: short questions that need an answer before anything else can happen."""
