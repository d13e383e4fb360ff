"""Putting a message in the outbox, and marking what became of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, update

from portal.core import Actor, Session, as_house, audit, clock, hold_lock
from portal.core.grouped import grouped
from portal.notices import queries, rules
from portal.notices.models import Notice

Freshen = Callable[[Session, Sequence[Notice]], None]
Pair = tuple[int, int]  # a participant and an organisation
Reach = Callable[[Session, Set[Pair]], Mapping[Pair, rules.Recipient]]


def tell(
    session: Session,
    to: rules.Recipient,
    kind: str,
    *,
    organisation_id: int | None = None,
    is_own_action: bool = False,
    not_after: datetime | None = None,
    state_of: str = "",
    **data: Any,
) -> Notice:
    """Put one message in the outbox, in the transaction of what it tells of.

    `organisation_id` is who has to call when there is no address. `not_after` is when the message
    is of no use any more (the session began, the deadline passed): it lapses then. `state_of` names
    what it tells the state of: an older message about the same that nobody got yet is not true any
    more, and goes. `data` fills the template `mail/<kind>.txt` and is emptied once it was sent.
    """
    if limit := session.info.get("before_telling"):  # in a request: `web.sending`
        limit(to.participant_id, to.address)
    if state_of and to.participant_id is not None:
        take_back(session, to.participant_id, state_of)
        data["state_of"] = state_of
    notice = draft(to, kind, data)
    notice.organisation_id, notice.is_own_action = organisation_id, is_own_action
    notice.not_before, notice.not_after = clock.now(), not_after
    session.add(notice)
    return notice


def draft(to: rules.Recipient, kind: str, data: Mapping[str, Any]) -> Notice:
    """Make a message that goes nowhere: to see what it would say."""
    return Notice(
        kind=kind,
        channel=to.channel,
        address=to.address,
        name=to.name,
        language=to.language,
        data=dict(data),
        participant_id=to.participant_id,
    )


def take_back(session: Session, participant_id: int, state_of: str) -> None:
    """Take out what nobody got yet of a thing's state."""
    waiting = queries.list_untold(session, participant_id)
    stale = [notice.id for notice in waiting if notice.data.get("state_of") == state_of]
    if stale:  # asked again in the statement: the worker may have taken one meanwhile
        with as_house(session):
            session.execute(delete(Notice).where(Notice.id.in_(stale), *queries.is_untold()))


def claim_letters(
    session: Session, reach: Reach | None = None, freshen: Freshen | None = None
) -> list[list[Notice]]:
    """Take what may be sent; each inner list is one person's letter.

    Where a person is reached is asked of `reach` now, and `freshen` may change what is said: much
    happens while a message waits. She gets at most one message a day that she didn't ask for and
    that could wait, and only by day: what is due together travels together. Of everything she gets
    at most a handful, whatever goes wrong.

    A letter that is claimed and never confirmed (the worker died) comes free again after a while
    under the same name: it may come twice, which a gateway sees by that name, and is never lost.
    """
    now = clock.now()
    hold_lock(session, "notices.claim")
    due = queries.list_due(session, now)
    people = {notice.participant_id for notice in due if notice.participant_id is not None}
    if reach is not None:
        _look_up(due, reach(session, {pair for notice in due if (pair := _pair_of(notice))}))
    if freshen is not None:
        freshen(session, due)
    letters = [[notice] for notice in due if notice.participant_id is None]
    for letter in letters:
        _claim(letter, now)
    waits, carried = rules.NoticeStatus.WAITING, rules.CARRIED
    for person in sorted(people):
        hers = (n for n in due if n.participant_id == person)
        for together in _by_letter(n for n in hers if n.status is waits and n.channel in carried):
            if turn := _turn_of(session, person, together, now):
                _claim(turn, now)
                letters.append(turn)
                session.flush()  # so that her next one counts this one
    session.flush()
    return sorted(letters, key=lambda letter: letter[0].id)


def _claim(letter: list[Notice], now: datetime) -> None:
    name = letter[0].letter or uuid4()
    for notice in letter:
        notice.letter = name
        notice.attempts += 1
        notice.not_before = now + rules.LEASE


def _by_letter(notices: Iterable[Notice]) -> list[list[Notice]]:
    """Sort into letters: by address, or as it was tried before; what is tried again first."""
    letters = grouped(((notice.letter, notice.address), notice) for notice in notices)
    return sorted(letters.values(), key=lambda letter: not letter[0].attempts)


def _pair_of(notice: Notice) -> Pair | None:
    """Who is told by whom; None for staff, and for a message that keeps the address it got."""
    if notice.participant_id is None or notice.organisation_id is None:
        return None
    return notice.participant_id, notice.organisation_id


def _look_up(due: Iterable[Notice], recipients: Mapping[Pair, rules.Recipient]) -> None:
    """Send each message to where its organisation reaches its reader by now."""
    for notice in due:
        if (pair := _pair_of(notice)) is None:
            continue
        to = recipients.get(pair)
        if to is None:  # nobody is left to be told
            lapse(notice)
        elif notice.kind in rules.OPTIONAL and to.channel not in rules.CARRIED:
            lapse(notice)  # no staff are to read what she does elsewhere for it
        elif (notice.channel, notice.address) != (to.channel, to.address):
            notice.channel, notice.address = to.channel, to.address
            notice.letter, notice.attempts = None, 0  # to another address it is another message
        if to is not None:
            notice.name, notice.language = to.name, to.language


def _turn_of(
    session: Session, participant_id: int, hers: Sequence[Notice], now: datetime
) -> list[Notice]:
    """What of a person's messages goes now; the others get their time."""
    for notice in hers:
        notice.not_before = rules.may_go_from(
            now,
            told_at=notice.created_at,
            is_own_action=notice.is_own_action,
            not_after=None if notice.kind in rules.OPTIONAL else notice.not_after,
        )
    if hers[0].attempts:  # its turn came when it was tried first; now all of it goes, or nothing
        return list(hers) if all(notice.not_before <= now for notice in hers) else []
    awake = [notice for notice in hers if notice.not_before <= now]
    if not awake:
        return []
    address, turn = awake[0].address, awake
    if queries.count_letters_today(session, participant_id, address, now) >= rules.MOST_A_DAY:
        turn = []
    elif (participant_id, address) in queries.list_told_today(session, [participant_id], now):
        turn = [
            notice
            for notice in awake
            if notice.is_own_action or rules.cannot_wait(notice.kind, now, notice.not_after)
        ]
    for notice in awake:
        if notice not in turn:
            notice.not_before = rules.next_morning(now)
    return turn


def confirm_sent(letter: list[Notice], gateway_id: str = "") -> None:
    """Write down that a letter went out; what it said is no longer kept."""
    for notice in letter:
        notice.status = rules.NoticeStatus.SENT
        notice.sent_at = clock.now()
        notice.gateway_id = gateway_id
        notice.data = {}
        notice.last_error = ""


def note_failure(letter: list[Notice], error: str, *, wait: float = 0) -> None:
    """Try again later, or give up; staff and operator see it then."""
    for notice in letter:
        again = rules.next_attempt(clock.now(), notice.attempts)
        notice.last_error = error[:200]
        if again is None:
            notice.status = rules.NoticeStatus.FAILED
        else:
            notice.not_before = max(
                again, clock.now() + min(timedelta(seconds=wait), rules.LONGEST_WAIT)
            )


def give_up(letter: list[Notice], error: str) -> None:
    """Try no more: what is wrong stays wrong until somebody mends it."""
    for notice in letter:
        notice.status = rules.NoticeStatus.FAILED
        notice.last_error = error[:200]


def put_back(letter: list[Notice], wait: float = 0) -> None:
    """Leave a claimed letter that was not tried for a later round."""
    for notice in letter:
        notice.attempts -= 1
        notice.not_before = clock.now() + timedelta(seconds=wait)
        if not notice.attempts:
            notice.letter = None


def lapse_overdue(session: Session) -> None:
    """End what waited until it was of no use, calls included."""
    waits = Notice.status == rules.NoticeStatus.WAITING
    overdue = update(Notice).where(waits, Notice.not_after <= clock.now())
    session.execute(overdue.values(status=rules.NoticeStatus.LAPSED))


def lapse(notice: Notice) -> None:
    """End a message that is of no use any more."""
    notice.status = rules.NoticeStatus.LAPSED


def say_anew(notice: Notice, not_after: datetime | None = None, **data: Any) -> None:
    """Let a waiting message say what is true now, and until when."""
    notice.data, notice.not_after = data, not_after or notice.not_after


def forget_words(session: Session) -> None:
    """Empty what was said in messages that did not arrive and that nobody looked after."""
    for notice in queries.list_to_forget(session, clock.now() - rules.KEPT):
        notice.data = {}


def forget_people(session: Session) -> None:
    """Take names and addresses out of old messages; what is counted stays."""
    statement = update(Notice).where(
        Notice.status != rules.NoticeStatus.WAITING,
        Notice.created_at < clock.now() - rules.NAMED,
        Notice.address + Notice.name + Notice.gateway_id != "",
    )
    session.execute(statement.values(address="", name="", gateway_id="", data={}))


def try_again(session: Session, actor: Actor, notice: Notice) -> None:
    """Staff mended what was wrong: a failed message is sent once more, in its turn."""
    if notice.status is not rules.NoticeStatus.FAILED or not notice.data:
        return
    notice.status = rules.NoticeStatus.WAITING
    notice.attempts = 0
    notice.not_before = clock.now()
    audit.record(session, actor, "notice.tried_again", notice)


def mark_told(session: Session, actor: Actor, notice: Notice) -> None:
    """Staff called or told the person, or handed her the letter."""
    if notice.status is not rules.NoticeStatus.SENT:
        confirm_sent([notice])
        audit.record(session, actor, "notice.told", notice)
