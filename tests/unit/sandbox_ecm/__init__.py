"""The Content Server sandbox without a socket: requests go straight to its dispatcher."""
