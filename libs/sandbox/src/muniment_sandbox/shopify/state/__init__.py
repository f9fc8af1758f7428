"""The state of a shop: pure, synchronous, exact to the cent. Knows neither HTTP nor GraphQL."""
