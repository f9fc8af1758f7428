"""The Admin GraphQL API: schema as data, resolvers by domain, search, paging, execution."""
