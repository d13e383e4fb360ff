"""Words for reports."""

from flask_babel import lazy_gettext as _l

from portal.impact.rules import ReportStatus
from portal.web.words import register_labels

register_labels(
    {
        ReportStatus.COMPILED: _l("Not handed in yet"),
        ReportStatus.SUBMITTED: _l("Handed in"),
        ReportStatus.RETURNED: _l("Sent back"),
        ReportStatus.RECOGNISED: _l("Recognised"),
        ReportStatus.REPLACED: _l("Replaced"),
    }
)
