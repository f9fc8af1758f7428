"""How the API shows what the state holds."""
