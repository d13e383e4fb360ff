"""What is called for and told, and its way past the operator to the public."""

from datetime import timedelta

from portal.core.errors import N_
from portal.core.moves import Moves
from portal.core.worded import WordedEnum

MOST_ANSWERS = 50  # to one call; who asked has enough to read then
ANSWER_KEPT = timedelta(days=180)


class CallKind(WordedEnum):
    NEED = "need", N_("Call for help")
    STORY = "story", N_("Story")
    NEWS = "news", N_("News")


class CallStatus(WordedEnum):
    DRAFT = "draft", N_("Draft")
    WAITING = "waiting", N_("Waiting for a check")
    PUBLIC = "public", N_("Published")
    ENDED = "ended", N_("Ended")


class CallMove(WordedEnum):
    SAVE = "save", N_("Save")
    HAND_IN = "hand_in", N_("Send it for a check")
    PUBLISH = "publish", N_("Publish it")
    RETURN = "return", N_("Give it back")
    END = "end", N_("End it")


SHOWN = frozenset({CallStatus.PUBLIC, CallStatus.ENDED})  # an ended one by its story only
BY_OPERATOR = frozenset({CallMove.PUBLISH, CallMove.RETURN})
_S, _M = CallStatus, CallMove
CALL = Moves(
    N_("This can't be done any more: somebody decided about it meanwhile."),
    {
        (_S.DRAFT, _M.SAVE): _S.DRAFT,
        (_S.DRAFT, _M.HAND_IN): _S.WAITING,
        (_S.WAITING, _M.PUBLISH): _S.PUBLIC,
        (_S.WAITING, _M.RETURN): _S.DRAFT,
        (_S.PUBLIC, _M.RETURN): _S.DRAFT,
        (_S.PUBLIC, _M.END): _S.ENDED,
    },
)
