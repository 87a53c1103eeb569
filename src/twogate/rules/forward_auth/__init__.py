"""What a proxy that is not ours is told about a request: read, judge by the policy, answer in the caller's dialect."""
