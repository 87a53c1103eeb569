"""Decisions for proxies that are not ours: what the change feed tells, held in memory, and asked for each request."""
