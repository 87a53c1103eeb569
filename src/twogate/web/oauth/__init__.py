"""The OAuth and OpenID Connect doors: parse strictly, call an errand, render its answer."""
