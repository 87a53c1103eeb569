"""The audit log's hash chain: what is hashed, how a batch is signed, what a verifier checks."""
