"""draft-ietf-oauth-client-id-metadata-document: a client that describes itself at the address that is its id."""
