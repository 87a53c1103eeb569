"""Dials: frozen settings, read from one file and the environment once."""
