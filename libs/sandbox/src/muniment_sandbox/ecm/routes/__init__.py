"""One module a resource: what the API answers, as functions of a call."""
