"""The Content Server sandbox over HTTP: OpenText's own client, raw requests, and the pages."""
