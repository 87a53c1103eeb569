"""For applications that ask by themselves, without a proxy that does: ASGI, WSGI and FastAPI."""
