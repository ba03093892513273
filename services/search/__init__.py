"""Text -> terms -> ranked query. Imports no models."""
