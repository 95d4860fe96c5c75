"""Specifications that come with the project."""
