"""What nearly every view needs, in one place to import it from."""

from portal.web.current import actor as actor
from portal.web.current import session as session
from portal.web.current import settings as settings
from portal.web.page import page as page
from portal.web.page import see_other as see_other
from portal.web.room import ANYONE as ANYONE
from portal.web.room import BOTH as BOTH
from portal.web.room import Room as Room
from portal.web.versions import check_seen as check_seen
