"""What can go wrong at the data plane, each with a sentence an operator can act on.

Decides the error tree of this floor; the edge agent reports these upward as its ``fault``.

    DataPlaneError
    ├── BinaryMissingError           no HAProxy to run
    ├── ConfigRefusedError           ``haproxy -c`` or the policy compiler does not accept a configuration
    ├── StartError                   HAProxy did not come up
    │   └── AddressTakenError        somebody else listens there
    ├── ReloadError                  the running HAProxy kept its old configuration
    ├── CertificateRefusedError      a certificate and its key do not fit together
    ├── ControlError                 the control plane did not give what was asked
    │   ├── ControlUnavailableError  it is not reached
    │   ├── ControlGarbledError      it answers, but not in the feed's words
    │   ├── KeyRefusedError          it does not know our edge key
    │   └── FeedPrunedError          it has forgotten the changes we need; a snapshot has them
    └── RuntimeApiError              the runtime API did not do what was asked
        ├── RuntimeUnavailableError  nobody answers on the socket
        ├── WorkerGoneError          that worker has ended meanwhile
        ├── EntryMissingError        ``set map`` or ``del map`` named a key that is not there
        └── MapUnknownError          no loaded configuration uses that map
"""


class DataPlaneError(Exception):
    """Something at the gateway needs attention; ``str()`` is one line without secrets."""


class BinaryMissingError(DataPlaneError):
    """No HAProxy to run."""


class ConfigRefusedError(DataPlaneError):
    """``haproxy -c`` does not accept a configuration; the last good one stays in force."""


class StartError(DataPlaneError):
    """HAProxy did not come up."""


class AddressTakenError(StartError):
    """Somebody else listens on an address of ours."""


class ReloadError(DataPlaneError):
    """The running HAProxy kept its old configuration."""


class CertificateRefusedError(DataPlaneError):
    """A certificate and its key do not fit together, or cannot be read; the old pair stays."""


class ControlError(DataPlaneError):
    """The control plane did not give what was asked."""


class ControlUnavailableError(ControlError):
    """The control plane is not reached."""


class ControlGarbledError(ControlError):
    """The control plane answers, but not in the feed's words."""


class KeyRefusedError(ControlError):
    """The control plane does not know our edge key."""


class FeedPrunedError(ControlError):
    """The control plane has forgotten the changes we need; a snapshot has what came of them."""


class RuntimeApiError(DataPlaneError):
    """The runtime API did not do what was asked."""


class RuntimeUnavailableError(RuntimeApiError):
    """Nobody answers on the socket."""


class WorkerGoneError(RuntimeApiError):
    """That worker has ended meanwhile."""


class EntryMissingError(RuntimeApiError):
    """A key that should be changed or deleted is not in the map."""


class MapUnknownError(RuntimeApiError):
    """No loaded configuration uses that map."""
