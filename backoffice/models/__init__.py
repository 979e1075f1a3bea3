"""The models of the back office."""

from backoffice.models.api_key import ApiKey
from backoffice.models.merchant import Merchant
from backoffice.models.user import User
from backoffice.models.warehouse import Warehouse, WarehouseUserAssignment

__all__ = ["ApiKey", "Merchant", "User", "Warehouse", "WarehouseUserAssignment"]
