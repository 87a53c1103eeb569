"""HAProxy's hands: supervise it, speak to its runtime socket, follow the change feed, take its log."""
