"""Replay: the handlers of today over a window of yesterday, compared with what was published then."""
