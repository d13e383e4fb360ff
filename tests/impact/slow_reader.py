"""Counts a report once more: plain loops over all rows, sharing no code with the portal's counters.

An auditor would do it so with the registers on paper: a row at a time, each minute ticked off.
"""

from collections import Counter, defaultdict
from datetime import timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.core import Base

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_TWO_DAYS = timedelta(hours=48)
_WEAKER = ["sessions_in_time", "sessions_later", "sessions_imported"]


def rows_of(session, table, organisation_id):
    """Every row of a table that is the organisation's, as a plain dictionary of plain values."""
    of = Base.metadata.tables[table]
    found = session.execute(select(of).where(of.c.organisation_id == organisation_id)).mappings()
    return [{k: getattr(v, "value", v) for k, v in row.items()} for row in found]


def recount(session, organisation_id, from_on, until_on):
    """Every figure of a period by its id, before hiding."""

    def rows(table):
        return rows_of(session, table, organisation_id)

    def is_in(day):
        return day is not None and from_on <= day <= until_on

    counts: Counter[str] = Counter()
    sessions = {row["id"]: row for row in rows("offering_session")}
    days = {id_: row["starts_at"].astimezone(_AMSTERDAM).date() for id_, row in sessions.items()}
    marks = [
        mark for mark in rows("attendance_mark")
        if sessions[mark["session_id"]]["status"] != "cancelled"
    ]  # fmt: skip
    counting = [mark for mark in marks if mark["is_counted"] and not mark["is_disputed"]]
    came = [mark for mark in counting if mark["status"] == "present"]
    here = {mark["participant_id"] for mark in came if is_in(days[mark["session_id"]])}
    before = {mark["participant_id"] for mark in came if days[mark["session_id"]] < from_on}
    counts.update({"people": len(here), "people_returned": len(here & before)})
    counts["people_new"] = len(here - before)
    for person in here - before:
        first = [
            row for row in rows("enrolment")
            if row["participant_id"] == person and row["started_on"]
            and row["started_on"] <= until_on
            and row["status"] in {"enrolled", "completed", "ended"}
        ]  # fmt: skip
        counts[f"new_waited_{_waited(first)}"] += 1

    for mark in counting:
        if is_in(days[mark["session_id"]]):
            counts["visits"] += 1
            counts[f"visits_{mark['status']}"] += 1

    for person in {mark["participant_id"] for mark in marks}:
        hers = [mark for mark in marks if mark["participant_id"] == person]
        hers = [m for m in hers if m["status"] == "present" and is_in(days[m["session_id"]])]
        counted = _minutes([m for m in hers if m in came], sessions)
        for id_, minutes in counted.items():
            counts[f"minutes_{days[id_]:%Y_%m}"] += minutes
            counts["minutes"] += minutes
        all_of_them = sum(_minutes(hers, sessions).values())
        counts["minutes_not_counted"] += all_of_them - sum(counted.values())

    weeks = set()
    for id_, row in sessions.items():
        if not is_in(days[id_]):
            continue
        there = [mark for mark in came if mark["session_id"] == id_]
        if row["status"] == "cancelled":
            counts["sessions_cancelled"] += row["not_held_reason"] != "moved"
        elif there:
            counts["sessions"] += 1
            counts[max((_kept(mark, row) for mark in there), key=_WEAKER.index)] += 1
            weeks.add(days[id_] - timedelta(days=days[id_].weekday()))
        elif any(mark["session_id"] == id_ for mark in counting):
            counts["sessions_nobody_came"] += 1
        elif any(mark["session_id"] == id_ for mark in marks):
            counts["sessions_not_closed"] += 1
        else:
            counts["sessions_without_register"] += 1
    counts["weeks"] = len(weeks)
    for first in weeks:
        length = 1
        while first + timedelta(days=7 * length) in weeks:
            length += 1
        counts["weeks_in_a_row"] = max(counts["weeks_in_a_row"], length)

    _recount_places(counts, rows, is_in)
    _recount_steps(counts, rows, here, until_on)
    heard = defaultdict(set)
    hidden = {row["observation_id"] for row in rows("own_say") if row["hidden_at"]}
    examples = rows("observation")
    for row in examples:
        first = row["corrects_id"] or row["id"]
        later = any(o["corrects_id"] == first and o["id"] > row["id"] for o in examples)
        if is_in(row["observed_on"]) and first not in hidden and not later:
            counts[f"observations_{row['voice']}"] += 1
            counts[f"observations_{row['voice']}_{row['level']}"] += 1
            heard[row["participant_id"], row["competence"]].add(row["voice"])
    for voices in heard.values():
        counts["competences"] += 1
        counts["competences_" + ("one", "two", "three")[len(voices) - 1]] += 1

    went_on = defaultdict(list)
    for row in sorted(rows("outflow"), key=lambda row: (row["started_on"], row["id"])):
        if is_in(row["started_on"]):
            went_on[row["participant_id"]].append(row)
    for steps in went_on.values():
        seen = [row for row in steps if row["document_seen_on"]]
        if not seen:
            counts["outflow_without_document"] += 1
            continue
        kind, after = seen[-1]["kind"], rows("aftercare")
        is_work = kind in {"paid_work", "paid_work_with_support"}
        counts.update(["outflow", f"outflow_{kind}"])
        counts["outflow_to_work" if is_work else "outflow_otherwise"] += 1
        for months in (3, 6):
            answers = [
                row["answer"] for row in after
                if row["outflow_id"] == seen[-1]["id"] and row["moment"] == f"months_{months}"
            ]  # fmt: skip
            said = {"still_there": "yes", "hard": "yes", "left": "no"}.get(*answers or [None])
            counts[f"still_{months}_{said or 'unknown'}"] += 1
    _recount_money(counts, rows("investment_entry"), from_on, until_on)
    return counts


def _waited(places):
    """How long somebody waited for the first of her places."""
    if not places:
        return "unknown"
    row = min(places, key=lambda row: (row["started_on"], row["id"]))
    waited = (row["started_on"] - row["created_at"].astimezone(_AMSTERDAM).date()).days
    if waited < 0:
        return "unknown"
    return "week" if waited < 8 else "month" if waited < 32 else "longer"


def _recount_money(counts, rows, from_on, until_on):
    """Month by month as somebody with a pencil: what one month lacks is None."""
    day, months = from_on, set()
    while day <= until_on:
        months.add((day.year, day.month))
        day += timedelta(days=1)
    is_whole = from_on.day == 1 and day.day == 1
    kinds = {
        "costs": ["rent", "material", "travel", "other"],
        "paid": ["municipality", "fund", "business", "other"],
    }
    names = [f"{of}_{kind}_cents" for of, those in kinds.items() for kind in those]
    for name in ["guidance_minutes", "volunteer_minutes", *names]:
        of = [r for r in rows if r["figure"] == name]
        of = [r["amount"] for r in of if (r["month"].year, r["month"].month) in months]
        counts[name] = sum(of) if is_whole and len(of) == len(months) else None
    costs, paid = (
        None if any(counts[f"{of}_{kind}_cents"] is None for kind in those)
        else sum(counts[f"{of}_{kind}_cents"] for kind in those)
        for of, those in kinds.items()
    )  # fmt: skip
    typed = [((r["month"].year, r["month"].month), r["figure"], r["amount"]) for r in rows]
    by_month = []
    for month in months:
        hours = [n for on, name, n in typed if name == "guidance_minutes" and on == month]
        rates = sorted((on, n) for on, name, n in typed if name == "guidance_rate_cents")
        rates = [rate for rate in rates if rate[0] <= month]
        if is_whole and hours and rates:
            by_month.append(int(Fraction(hours[0] * rates[-1][1], 60) + Fraction(1, 2)))
    priced = sum(by_month) if len(by_month) == len(months) else None
    sums = {"guidance_cents": priced, "direct_costs_cents": costs, "paid_cents": paid}
    for name, value in sums.items():
        counts[name] = value
    counts["difference_cents"] = _less(paid, costs)
    counts["not_paid_cents"] = _less(priced, counts["difference_cents"])


def _less(one, other):
    return None if one is None or other is None else one - other


def _minutes(marks, sessions):
    """By session: every minute of the clock is given away once, first where it ends first."""
    taken = set()
    found = {}
    for mark in sorted(marks, key=lambda m: (sessions[m["session_id"]]["ends_at"], m["id"])):
        row = sessions[mark["session_id"]]
        at, minutes = row["starts_at"], 0
        while at < row["ends_at"] and minutes < mark["minutes"]:
            if at not in taken:
                taken.add(at)
                minutes += 1
            at += timedelta(minutes=1)
        found[row["id"]] = minutes
    return found


def _kept(mark, session):
    if mark["how"] == "imported":
        return "sessions_imported"
    is_late = mark["recorded_at"] > session["ends_at"] + _TWO_DAYS
    return "sessions_later" if is_late and mark["how"] != "checked_in" else "sessions_in_time"


def _recount_places(counts, rows, is_in):
    ended = set()
    for row in rows("enrolment"):
        has_part = row["status"] in {"enrolled", "completed", "ended"}
        if not has_part or row["end_reason"] == "came_once":
            continue
        if row["status"] != "enrolled" and is_in(row["ended_on"]):
            ended.add(row["id"])
            counts["ended"] += 1
            said = [one["face"] for one in rows("rating") if one["enrolment_id"] == row["id"]]
            counts.update([f"rated_{face}" for face in said] or ["rated_unknown"])
            counts["rated"] += len(said)
            if row["status"] == "completed":
                counts["completed"] += 1
                continue
            reason = row["end_reason"] or "unknown"
            is_new = reason in {"found_work", "education", "other_activity"}
            counts.update(["stopped", f"stopped_{reason}"])
            counts["stopped_went_on" if is_new else "stopped_otherwise"] += 1
    for goal in rows("goal"):
        if goal["enrolment_id"] in ended:
            counts["goals"] += 1
            for voice in ("hers", "theirs"):
                counts[f"goals_{voice}_{goal[voice] or 'unknown'}"] += 1


def _recount_steps(counts, rows, here, until_on):
    for person in here:
        became = "unknown"
        for voice in ("expert", "guide", "participant"):  # the last one holds
            said = [r for r in rows("ladder_step") if r["participant_id"] == person]
            said = [r for r in said if r["voice"] == voice and r["stated_on"] <= until_on]
            said.sort(key=lambda row: (row["stated_on"], row["id"]))
            if said and said[0]["stated_on"] != said[-1]["stated_on"]:
                change = said[-1]["step"] - said[0]["step"]
                became = "rose" if change > 0 else "fell" if change < 0 else "held"
        counts[f"ladder_{became}"] += 1
