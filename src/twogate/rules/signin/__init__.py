"""The sign-in flow as a pure machine: ``step(state, event) -> (state, effects)``."""
