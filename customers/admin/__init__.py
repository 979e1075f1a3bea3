"""Customers in the admin: who is protected, and help for those who are locked out."""

from customers.admin import customers

__all__ = ["customers"]
