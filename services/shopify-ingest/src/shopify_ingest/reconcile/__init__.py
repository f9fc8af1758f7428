"""Finds what never arrived, and makes it good: the shops are compared with ``commerce.*`` without end.

The way of a sweep: list what changed in the shop (cheap rows) → compare with what is known, which is read
from ``commerce.*`` → suspect what is not seen → after some patience, and once ``record`` has finished the
hooks that were there, fetch it and publish what was never told → read that back → move the mark.
"""
