"""The door for proxies that are not ours: nginx, Traefik, Caddy, Envoy and HAProxy ask here before they let through."""
