"""What programs may ask and are answered, declared once: parameters, shapes, problems, the OpenAPI document."""
