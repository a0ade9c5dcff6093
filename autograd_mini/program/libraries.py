"""A program as a function of another library's arrays."""
