"""The Content Server client against the ECM sandbox, over HTTP."""
