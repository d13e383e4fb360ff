"""What can become of a letter that is handed over, whoever carries it."""


class NotNow(Exception):
    """It was not taken, or we can't tell; asking again later is safe.

    `is_away`: the carrier takes nothing from anybody now; without it only this one letter failed.
    `wait` is for how many seconds we are asked to leave it alone.
    """

    def __init__(self, reason: str, wait: float = 0, *, is_away: bool = False) -> None:
        super().__init__(reason)
        self.wait = wait
        self.is_away = is_away

    @property
    def reason(self) -> str:
        return str(self.args[0])


class Refused(Exception):
    """This letter is never taken: a wrong number, address or text."""
