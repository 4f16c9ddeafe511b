"""The interface for machines: HTTP with OpenAPI, health and metrics."""
