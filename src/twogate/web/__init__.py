"""The HTTP door: parse at the door, call an errand, render its answer."""
