"""The errands around factors, put together: recovery, the help desk, the panic button, coverage, the first account.

Decides nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from twogate.services.authenticators import Authenticators
from twogate.services.enforcement import Coverage, Reminders
from twogate.services.first_administrator import FirstAdministrator
from twogate.services.help_desk import HelpDesk
from twogate.services.panic import Panic
from twogate.services.people import People
from twogate.services.recovery import RecoverAccount
from twogate.settings.model import Settings
from twogate.store.unit import Store
from twogate.terms.ports import Clock, Entropy


@dataclass(frozen=True, slots=True)
class FlowServices:
    """What routes about people's accounts may call."""

    recover: RecoverAccount
    help_desk: HelpDesk
    panic: Panic
    coverage: Coverage
    reminders: Reminders
    first: FirstAdministrator


def flow_services(
    settings: Settings,
    store: Store,
    *,
    clock: Clock,
    entropy: Entropy,
    authenticators: Authenticators,
    public_url: Callable[[], str],
) -> FlowServices:
    """Put the errands together. Opens nothing."""
    ports, wishes, registry = (store, clock, entropy), settings.sign_in, authenticators.registry
    coverage = Coverage(store, clock, registry=registry, settings=wishes)
    people = People(*ports, authenticators=authenticators, settings=wishes)
    return FlowServices(
        recover=RecoverAccount(
            *ports,
            authenticators=authenticators,
            settings=settings.recovery,
            sign_in=wishes,
            public_url=public_url,
            mails=bool(settings.mail.host),
        ),
        help_desk=HelpDesk(*ports, registry=registry, settings=settings.recovery, public_url=public_url),
        panic=Panic(*ports, registry=registry),
        coverage=coverage,
        reminders=Reminders(*ports, coverage=coverage, settings=wishes),
        first=FirstAdministrator(*ports, people=people),
    )
