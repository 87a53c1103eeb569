"""The protocols that clients speak, one folder a family, one folder an RFC."""
