"""Decisions: every "may they?" and "what text?" is here, and everything here is pure."""
