"""Who acts, and what each role may do: the whole policy on one screen."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from portal.core.errors import N_, NotAllowed
from portal.core.worded import WordedEnum


class Permission(StrEnum):
    """One thing a person may do; views name these at their door."""

    OWN_PAGE = "own_page"  # a participant's own page
    SEE_DAY = "see_day"  # /work
    SWITCH_ORGANISATION = "switch_organisation"
    MANAGE_TEAM = "manage_team"
    EDIT_ORGANISATION = "edit_organisation"
    MANAGE_OFFERINGS = "manage_offerings"
    DECIDE_ENROLMENTS = "decide_enrolments"
    REFER = "refer"
    MERGE_PARTICIPANTS = "merge_participants"
    SEE_PARTICIPANTS = "see_participants"
    RECORD_ATTENDANCE = "record_attendance"
    RECORD_PROGRESS = "record_progress"
    HOLD_ASSESSMENTS = "hold_assessments"
    SEE_FIGURES = "see_figures"
    COMPILE_REPORT = "compile_report"
    KEEP_CONTRACTS = "keep_contracts"  # of social return: their lines name target groups
    TENDER = "tender"  # post an opportunity, or answer one with a dossier
    RECOGNISE = "recognise"
    OPERATE = "operate"  # verify organisations, keep programmes


class Role(WordedEnum):
    """What a person is in one organisation."""

    ADMIN = "admin", N_("Admin")
    COORDINATOR = "coordinator", N_("Coordinator")
    GUIDE = "guide", N_("Guide")
    EXPERT = "expert", N_("Expert by experience")
    VIEWER = "viewer", N_("Viewer")
    RECOGNISER = "recogniser", N_("Recogniser")


_ALL_STAFF = frozenset({Permission.SEE_DAY, Permission.SWITCH_ORGANISATION})
_EXPERT = _ALL_STAFF | {Permission.HOLD_ASSESSMENTS}  # and only of those that she accepted
_GUIDE = _EXPERT | {
    Permission.SEE_PARTICIPANTS,
    Permission.RECORD_PROGRESS,
    Permission.RECORD_ATTENDANCE,
}
_COORDINATOR = _GUIDE | {
    Permission.MANAGE_OFFERINGS,
    Permission.DECIDE_ENROLMENTS,
    Permission.REFER,
    Permission.MERGE_PARTICIPANTS,
    Permission.SEE_FIGURES,
    Permission.KEEP_CONTRACTS,
    Permission.TENDER,
}
_ADMIN = _COORDINATOR | {
    Permission.COMPILE_REPORT,
    Permission.MANAGE_TEAM,
    Permission.EDIT_ORGANISATION,
}

ROLES: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _ALL_STAFF | {Permission.SEE_FIGURES},
    Role.RECOGNISER: _ALL_STAFF
    | {Permission.RECOGNISE, Permission.KEEP_CONTRACTS, Permission.TENDER},
    Role.EXPERT: _EXPERT,
    Role.GUIDE: _GUIDE,
    Role.COORDINATOR: _COORDINATOR,
    Role.ADMIN: _ADMIN,
}

OPERATOR_MAY = frozenset({Permission.OPERATE, Permission.SEE_DAY})
PARTICIPANT_MAY = frozenset({Permission.OWN_PAGE})


class ActorKind(StrEnum):
    VISITOR = "visitor"
    PARTICIPANT = "participant"
    STAFF = "staff"
    HOUSE = "house"  # the software itself: the worker, the command line


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever does something, with all that the rules need to know about them.

    `logs_for` and `sees_figures_of` are the members for whom a cooperative's staff may log
    attendance and see figures today; both are empty for everybody else. `opens` are the
    organisations of whom a participant sees and does things now, and `keys` what opened them.
    `elsewhere` are the other organisations, by number and name, where staff may work.
    """

    kind: ActorKind = ActorKind.VISITOR
    name: str = ""
    user_id: int | None = None
    participant_id: int | None = None
    organisation_id: int | None = None
    organisation_name: str = ""
    role: Role | None = None
    has_activities: bool = False  # that is what an organisation of its kind does all day
    is_company: bool = False  # it has people at work, and owes social return
    is_operator: bool = False
    logs_for: frozenset[int] = frozenset()
    sees_figures_of: frozenset[int] = frozenset()
    opens: frozenset[int] = frozenset()
    keys: frozenset[int] = frozenset()
    permissions: frozenset[Permission] = field(default=frozenset())
    elsewhere: tuple[tuple[int, str], ...] = ()

    @property
    def is_visitor(self) -> bool:
        return self.kind is ActorKind.VISITOR

    @property
    def is_participant(self) -> bool:
        return self.kind is ActorKind.PARTICIPANT

    @property
    def is_staff(self) -> bool:
        return self.kind is ActorKind.STAFF

    @property
    def is_house(self) -> bool:
        return self.kind is ActorKind.HOUSE

    @property
    def her_id(self) -> int:
        """Whose row a participant's own act is about; `NotAllowed` for anybody else."""
        if self.participant_id is None:
            raise NotAllowed
        return self.participant_id

    @property
    def keeps_registers_of(self) -> frozenset[int]:
        """Her own organisation, and the members for which she may log attendance."""
        own = () if self.organisation_id is None else (self.organisation_id,)
        return self.logs_for.union(own)

    def may(self, permission: Permission | str) -> bool:
        """Whether this actor holds a permission, in the organisation chosen now."""
        return Permission(permission) in self.permissions


VISITOR = Actor()
HOUSE = Actor(kind=ActorKind.HOUSE, permissions=frozenset(Permission))


def participant_actor(
    participant_id: int, name: str, opens: Iterable[int], keys: Iterable[int] = ()
) -> Actor:
    """A participant, on her own behalf, at the organisations that her keys open."""
    return Actor(
        kind=ActorKind.PARTICIPANT,
        name=name,
        participant_id=participant_id,
        opens=frozenset(opens),
        keys=frozenset(keys),
        permissions=PARTICIPANT_MAY,
    )
