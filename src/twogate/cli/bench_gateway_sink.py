"""Reads an access log from TCP and counts its lines: the reader that the gateway bench logs to.

Decides nothing. Run as a program with the port to listen on; tells its count when its standard input ends.
"""

import selectors
import socket
import sys

_CHUNK = 1 << 20


def main(port: int) -> None:
    """Count until standard input ends."""
    lines = 0
    with socket.create_server(("127.0.0.1", port)) as door, selectors.DefaultSelector() as ready:
        ready.register(door, selectors.EVENT_READ)
        ready.register(sys.stdin, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fileobj is sys.stdin:
                    print(lines)
                    return
                if key.fileobj is door:
                    ready.register(door.accept()[0], selectors.EVENT_READ)
                    continue
                connection = key.fileobj
                assert isinstance(connection, socket.socket)  # noqa: S101  # nothing else is registered
                data = connection.recv(_CHUNK)
                lines += data.count(b"\n")
                if not data:
                    ready.unregister(connection)
                    connection.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
