"""What belongs to the other organisations, before and after a step."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import Table, select

from portal.core.base import Base
from portal.duplicates.models import MergeSay, ParticipantMerge
from portal.duplicates.rules import MergeStatus
from tests.house.attack.city import house

Key = tuple[str, Any]
# Written for everybody all the time: messages, the trail, and what the catalogue is made of.
_LEFT_OUT = {"notice", "audit_event", "merge_say"}
_NOT_COMPARED = {"places_taken", "updated_at", "changed_at", "version", "revision"}
# Whoever signs up, refers or answers a call makes these at another organisation.
_MAY_APPEAR = {
    "enrolment",
    "participant_link",
    "referral",
    "participant",
    "register",
    "call_answer",
}
_OF_HERSELF = {
    "name", "language", "birth_year", "contact_way", "phone", "email", "wants_reminders",
    "calendar_hash",
}  # fmt: skip


class Belongings:
    """The rows of the others, and which of them the attacker made herself."""

    def __init__(self, app: Flask, others: list[int], people: set[int]) -> None:
        self.app, self.others = app, others
        self.people = people  # who is real; others are somebody whom the attacker made up
        self.own_enrolments: set[int] = set()
        self.sent_on: set[tuple[int, int]] = set()  # whom she signed up where, so that it has her
        self.before = self._read()

    def compare(self, *, is_hers: bool) -> str:
        """What the attacker changed, in words; "" when nothing, or when somebody else did it."""
        before, self.before = self.before, self._read()
        after = self.before
        if not is_hers:
            return ""
        for key in after.keys() - before.keys():
            table, row = key[0], after[key]
            if table == "enrolment":
                self.own_enrolments.add(row["id"])
                self.sent_on.add((row["organisation_id"], row["participant_id"]))
            elif table not in _MAY_APPEAR and not self._is_own(table, row):
                return f"made a {table} of another organisation: {row}"
        for key, row in before.items():
            now = after.get(key)
            if now != row and not self._is_own(key[0], row):
                changed = {name for name in row if now is None or now[name] != row[name]}
                of = row.get("organisation_id"), row.get("participant_id")
                if changed == {"held_until"} and of in self.sent_on:
                    continue
                return f"changed {key[0]} {key[1]} of another organisation: {changed}"
        return ""

    def _is_own(self, table: str, row: dict[str, Any]) -> bool:
        """Whether it is of a sign-up, or of a person, that the attacker made."""
        if table == "enrolment":
            return row["id"] in self.own_enrolments or row["participant_id"] not in self.people
        if table == "participant":
            return row["id"] not in self.people
        if row.get("enrolment_id") in self.own_enrolments:
            return True
        person = row.get("participant_id")
        return person is not None and person not in self.people

    def _read(self) -> dict[Key, dict[str, Any]]:
        found: dict[Key, dict[str, Any]] = {}
        with house(self.app) as session:
            connection = session.connection()
            for table in Base.metadata.sorted_tables:
                query = self._query(table)
                if query is not None:
                    for row in connection.execute(query).mappings():
                        key = tuple(row[column.name] for column in table.primary_key)
                        found[table.name, key] = dict(row)
        return found

    def _query(self, table: Table) -> Any:
        columns = [column for column in table.columns if column.name not in _NOT_COMPARED]
        if table.name == "participant":
            links = Base.metadata.tables["participant_link"]
            known = select(links.c.participant_id).where(links.c.organisation_id.in_(self.others))
            wanted = [one for one in columns if one.name in _OF_HERSELF | {"id"}]
            return select(*wanted).where(table.c.id.in_(known))
        of = table.columns.get("organisation_id")
        if of is None:
            of = table.columns.get("to_organisation_id")
        if table.name in _LEFT_OUT or of is None:
            return None
        return select(*columns).where(of.in_(self.others))


@dataclass
class Merged:
    """One merge that was done or undone since somebody looked."""

    kept: int
    merged: int
    agreed: set[int] = field(default_factory=set)
    without_yes: set[int] = field(default_factory=set)


class Merges:
    """Which people became one, and who agreed; `yes` is what the others really answered."""

    def __init__(self, app: Flask, attacker: int) -> None:
        self.app, self.attacker = app, attacker
        self.yes: dict[int, set[int]] = {}  # by the merge: who of the others agreed
        self.known = self._read()
        self.links = self._links()

    def look(self) -> list[Merged]:
        """What was done or undone since the last look."""
        before, self.known = self.known, self._read()
        links, self.links = self.links, self._links()
        found = []
        for id_, (kept, merged, status) in self.known.items():
            was = before.get(id_, (0, 0, MergeStatus.ASKED))[2]
            if status is was or MergeStatus.DONE not in (status, was):
                continue
            merge = Merged(kept, merged, self.yes.get(id_, set()))
            if status is MergeStatus.DONE:
                knew = links.get(kept, set()) | links.get(merged, set())
                merge.without_yes = knew - merge.agreed - {self.attacker}
            found.append(merge)
        return found

    def asked_of(self, organisation_id: int) -> list[tuple[int, Any]]:
        """Merges that wait for an organisation's answer: id and uuid."""
        with house(self.app) as session:
            rows = session.execute(
                select(ParticipantMerge.id, ParticipantMerge.uuid)
                .join(MergeSay, MergeSay.merge_id == ParticipantMerge.id)
                .where(
                    MergeSay.organisation_id == organisation_id,
                    ParticipantMerge.status == MergeStatus.ASKED,
                )
                .order_by(ParticipantMerge.id)
            ).all()
        return [(row.id, row.uuid) for row in rows]

    def _read(self) -> dict[int, tuple[int, int, MergeStatus]]:
        with house(self.app) as session:
            rows = session.scalars(select(ParticipantMerge)).all()
            return {row.id: (row.kept_id, row.merged_id, row.status) for row in rows}

    def _links(self) -> dict[int, set[int]]:
        links = Base.metadata.tables["participant_link"]
        found: dict[int, set[int]] = {}
        with house(self.app) as session:
            rows = session.connection().execute(
                select(links.c.participant_id, links.c.organisation_id)
            )
            for person, organisation in rows:
                found.setdefault(person, set()).add(organisation)
        return found
