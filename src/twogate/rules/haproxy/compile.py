"""Policy and site in, the gateway's files out: same input, same bytes.

Decides which sections there are and which files stand beside them. What each says is for its emitter under ``emit``;
what a policy means is ``rules.policy.evaluate``, and a suite holds the two to the same verdicts.
"""

from twogate.rules.haproxy import maps
from twogate.rules.haproxy.emit import (
    access_log,
    backends,
    certificates,
    control,
    cors,
    dialects,
    dpop,
    frontend,
    hours,
    jwt,
    places,
    process,
    quota,
    refusals,
    request,
    requirement,
    search,
    set_cookie,
    trailers,
)
from twogate.rules.haproxy.plan import Plan, make_plan
from twogate.rules.haproxy.render import render
from twogate.rules.haproxy.routes import Tables, as_map, methods_map, tables
from twogate.rules.haproxy.site import GatewayFiles, GatewaySite
from twogate.rules.policy.model import Policy


def compile_gateway(policy: Policy, site: GatewaySite) -> GatewayFiles:
    """Compile a policy.

    Raises:
        GatewayRefusedError: it cannot become a gateway; the message says what to change.
    """
    plan = make_plan(policy, site)
    certificates.check_site(plan)
    found = tables(plan)
    sections = (
        process.process(plan),
        process.defaults(plan),
        *process.peers(plan),
        *access_log.sinks(plan),
        *frontend.frontends(plan, found),
        refusals.refused(plan),
        *control.sections(plan),
        *quota.tables(plan),
        *backends.classes(plan),
    )
    return GatewayFiles(configuration=render(sections), files=dict(sorted(_files(plan, found).items())))


def _files(plan: Plan, found: Tables) -> dict[str, str]:
    observed = (*plan.distinct, *plan.shadows)
    files = {
        maps.METHODS: methods_map(plan),
        maps.ROUTES: as_map(found.routes),
        maps.MASKED: as_map(found.masked),
        trailers.FILE: trailers.PROGRAM,
        set_cookie.FILE: set_cookie.PROGRAM,
        **({dpop.FILE: dpop.PROGRAM} if plan.site.proof_socket else {}),
        maps.SENTENCES: dialects.sentences_map(),
        backends.LEVELS: backends.levels_map(),
        **dialects.replies(plan),
        **jwt.key_files(plan),
        **places.files(plan),
        **hours.zone_files(tuple(found.require for found in observed)),
        **{
            requirement.network_file(found.backend): requirement.network_lines(found.require.networks)
            for found in observed
            if found.require.networks
        },
    }
    if found.search:
        files[maps.SEARCH], files[maps.SEARCH_SHADOWS] = search.search_maps(plan)
    if plan.policy.cors_origins:
        files[maps.ORIGINS] = cors.origins_map(plan)
    if plan.policy.blocked_networks:
        files[request.BLOCKED_NETWORKS] = requirement.network_lines(plan.policy.blocked_networks)
    return files
