"""One emitter for each HAProxy concept; each returns lines or sections of the document tree."""
