"""Hooks: their bodies, their signature, their way to the address by Shopify's rules."""
