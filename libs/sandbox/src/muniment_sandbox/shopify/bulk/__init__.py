"""Bulk operations: what may be asked, how it is read, and the JSONL that comes of it.

Source: https://shopify.dev/docs/api/usage/bulk-operations/queries
"""
