"""Cumulet's runtime client for Python: a package, so that its modules do not
stand in the way of the user's (`handler`, `context`, `logs`)."""
