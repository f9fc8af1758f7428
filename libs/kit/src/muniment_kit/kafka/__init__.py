"""The real broker. Only this package imports aiokafka."""
