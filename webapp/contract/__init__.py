"""The API contract, declared once: parameters, schemas, problems, and the OpenAPI document generated from them."""
