"""What nearly every view needs, in one place to import it from."""

from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from portal.core import Permission
from portal.web.current import actor, session, settings
from portal.web.i18n import gettext as _
from portal.web.page import page, see_other
from portal.web.room import ANYONE, Room
from portal.web.versions import check_seen
