"""What an organisation says when it withdraws a proof, and a badge that another gave."""

from flask_wtf.file import FileField

from portal.web.forms import Form, TextBlock, _l


class WithdrawForm(Form):
    """Why it holds no longer: she reads it, and nobody else."""

    reason = TextBlock(_l("Why does it hold no longer?"), required=_l("Say why."), most=300)


class BadgeForm(Form):
    """A badge as a file, or its text."""

    file = FileField(_l("The file"))
    text = TextBlock(_l("Or the text"), most=20000)

    @property
    def sent(self) -> bytes:
        """What was chosen, or else typed."""
        return self.file.data.read() if self.file.data else (self.text.data or "").encode()
