"""Turns commerce events into issued documents: PDF/A by Typst, byte for byte the same everywhere."""
