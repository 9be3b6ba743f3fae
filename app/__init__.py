"""Tinkernet's server: sessions over HTTP and one socket, training in worker processes."""

__version__ = "0.1.0"
