"""Unit tests of the Content Server client."""
