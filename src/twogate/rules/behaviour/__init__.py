"""How somebody behaves, measured: a signal of risk, never a factor."""
