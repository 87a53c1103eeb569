"""Who may call which API with which assurance; and why not.

The meaning of a policy is ``evaluate``; ``rules.haproxy`` compiles the same meaning into the data plane.
"""
