"""The token endpoints. The toolkit issues and refreshes; here is only how Glue speaks (contract, section 3)."""

import json
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.oauth2 import LegacyApplicationServer
