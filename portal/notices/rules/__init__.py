"""How a message travels, and when it may."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from portal.core.clock import from_local, to_local
from portal.core.errors import N_
from portal.core.worded import WordedEnum

MOST_ATTEMPTS = 12
MOST_A_DAY = 6  # to one person or one address, of whatever kind; only something amiss comes near
LEASE = timedelta(minutes=15)  # for sending a letter that was claimed
KEPT = timedelta(days=14)  # what a message said that did not arrive
NAMED = timedelta(days=30)  # for whom a message was that is over
LONGEST_WAIT = timedelta(hours=4)  # between two tries
LONGEST_AHEAD = timedelta(days=2)  # no message waits longer: its time came from a wrong clock
_FIRST_WAIT = timedelta(minutes=1)
_FRESH = timedelta(minutes=30)  # so long she may still be looking at what she did
_EARLY = time(7)  # for what would come too late at a decent hour
_SPARE = timedelta(hours=3)  # what she needs to act on a message
_MORNING = time(9)  # when a message that had to wait is sent
_QUIET_FROM, _QUIET_UNTIL = time(21), time(8)  # Amsterdam's wall clock


class Channel(WordedEnum):
    EMAIL = "email", N_("E-mail")
    SMS = "sms", N_("SMS")
    CALL = "call", N_("By telephone")  # staff call her
    LETTER = "letter", N_("Letter")  # staff print it, and she gets it at the desk


CARRIED = frozenset({Channel.EMAIL, Channel.SMS})  # by the house itself; staff do the others


# These are told at once on any day: a deadline runs, it may be about tomorrow, or about her keys.
AT_ONCE = frozenset(
    {
        "enrolments/offered",
        "enrolments/series_changed",
        "participants/card_made",
        "participants/contact_changed",
        "participants/merged",
        "participants/new_device",
    }
)
# These are nice to have: they never come before their turn, and nobody need be told in their stead.
OPTIONAL = frozenset(
    {
        "assessments/reminder",
        "enrolments/reminder",
        "progress/aftercare",
        "searches/found",
        "talks/written",
        "work_places/invited",
    }
)


class NoticeStatus(WordedEnum):
    WAITING = "waiting", N_("Waits")
    SENT = "sent", N_("Told")
    FAILED = "failed", N_("Did not arrive")  # given up after the last try
    LAPSED = "lapsed", N_("Too late")  # came too late to be of use, so it was not sent


@dataclass(frozen=True)
class Recipient:
    """Whom a message is for: an e-mail address, a number `by` SMS, or none."""

    name: str
    address: str
    language: str
    participant_id: int | None = None
    by: Channel = Channel.EMAIL

    @property
    def channel(self) -> Channel:
        return Channel.CALL if self.by in CARRIED and not self.address else self.by

    @property
    def contact(self) -> str:
        """What a link that was sent there is tied to."""
        return contact_of(self.channel, self.address)


def contact_of(channel: Channel, address: str) -> str:
    """A way to reach somebody, in one text."""
    return f"{channel.value}:{address}"


def next_attempt(now: datetime, attempts: int) -> datetime | None:
    """Say when to try again: in 1, 2, 4 ... minutes; None to give up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return now + min(_FIRST_WAIT * (1 << (attempts - 1)), LONGEST_WAIT)


def next_morning(now: datetime) -> datetime:
    """The morning after, for a person who had her message of today."""
    return from_local(to_local(now).date() + timedelta(days=1), _MORNING)


def is_quiet(moment: datetime) -> bool:
    """Whether people are left alone at this moment: from 21.00 until 08.00."""
    at = to_local(moment).time()
    return at >= _QUIET_FROM or at < _QUIET_UNTIL


def next_daytime(moment: datetime) -> datetime:
    """The moment itself by day; in quiet hours the next morning at 09.00."""
    if not is_quiet(moment):
        return moment
    local = to_local(moment)
    day = local.date() + timedelta(days=local.time() >= _QUIET_FROM)
    return from_local(day, _MORNING)


def cannot_wait(kind: str, now: datetime, not_after: datetime | None) -> bool:
    """Whether a message is told today though she had one, as tomorrow is too late."""
    if kind in AT_ONCE:
        return True
    return kind not in OPTIONAL and not_after is not None and not_after < next_morning(now) + _SPARE


def may_go_from(
    now: datetime, *, told_at: datetime, is_own_action: bool, not_after: datetime | None
) -> datetime:
    """Say when a message may go: by day, unless she just asked.

    What would be too late at nine goes early in the morning, and if need be at once.
    """
    if is_own_action and now - told_at < _FRESH:
        return now
    morning = next_daytime(now)
    if morning == now or not_after is None or not_after > morning:
        return morning
    early = from_local(to_local(morning).date(), _EARLY)
    return early if now < early < not_after else now
