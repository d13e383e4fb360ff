"""Words for kinds and states of organisations, and for roles."""

from flask_babel import lazy_gettext as _l

from portal.core import Role
from portal.organisations.rules import OrganisationKind, OrganisationStatus
from portal.web.words import register_labels

register_labels(
    {
        OrganisationKind.SOCIAL_ENTERPRISE: _l("Social enterprise"),
        OrganisationKind.COOPERATIVE: _l("Cooperative"),
        OrganisationKind.COMPANY: _l("Company"),
        OrganisationKind.MUNICIPALITY: _l("Municipality"),
        OrganisationKind.SUPPORT_ORGANISATION: _l("Support organisation"),
    },
    {
        OrganisationStatus.REGISTERED: _l("Waiting for a check"),
        OrganisationStatus.VERIFIED: _l("Checked"),
        OrganisationStatus.SUSPENDED: _l("Suspended"),
        OrganisationStatus.REFUSED: _l("Refused"),
    },
    {
        Role.ADMIN: _l("Admin"),
        Role.COORDINATOR: _l("Coordinator"),
        Role.GUIDE: _l("Guide"),
        Role.EXPERT: _l("Expert by experience"),
        Role.VIEWER: _l("Viewer"),
        Role.RECOGNISER: _l("Recogniser"),
    },
)
