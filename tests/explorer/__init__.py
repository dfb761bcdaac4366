"""The what-if page, mirrored."""
