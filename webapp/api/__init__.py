"""The endpoints for programs: JSON API, OpenAPI document, health and metrics."""
