"""The gateway compiler: a policy in, HAProxy text and map contents out; same policy, same bytes."""
