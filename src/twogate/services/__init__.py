"""Errands: load, decide, save, emit; one file for each use case."""
