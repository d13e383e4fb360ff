"""A report figure by figure: what each says, said before, and what was asked of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask_babel import gettext

from portal.impact.pages import Aside, ReportView, changed_since
from portal.impact.pages.conclusions import Row
from portal.impact.rules.documents import Document
from portal.recognition.rules import Decision
from portal.recognition.rules.review import Trail, TrailStep, figures_to_look_at


@dataclass(frozen=True)
class FigureLine:
    """A figure in words; `before`: what it was when it was sent back."""

    id: str
    part: str  # the heading that it stands under
    label: str
    text: str
    before: str | None
    remark: str
    talk: Sequence[TrailStep]
    is_accepted: bool

    @property
    def is_asked(self) -> bool:
        """Whether a question about it waits for its answer."""
        return bool(self.talk) and self.talk[-1].decision is Decision.ASKED


def by_part(lines: Sequence[FigureLine]) -> list[tuple[str, list[FigureLine]]]:
    """Group lines by the heading that they stand under, in their order."""
    return [(part, list(of)) for part, of in groupby(lines, key=lambda line: line.part)]


def figure_lines(
    view: ReportView, trail: Trail, before: tuple[Document, Trail] | None = None
) -> list[FigureLine]:
    """List the figures that show a number, with the talk about them, now and before."""
    shown: list[Row | Aside] = [*view.rows.values(), *view.not_counted]
    lines = {line.id: line for line in shown}
    parts = {row.id: of.label for of in view.sections.values() for row in of.rows}
    earlier, said = before or (None, Trail())
    since = changed_since(earlier, view.document) if earlier else ()
    changed = {one.id: one.before for one in since}
    return [
        FigureLine(
            id=id_,
            part=parts.get(id_, gettext("Not counted")),
            label=lines[id_].label,
            text=lines[id_].text,
            before=changed.get(id_),
            remark=trail.remarks.get(id_, ""),
            talk=[*(one for one in said.talk.get(id_, ()) if one.remark), *trail.talk.get(id_, ())],
            is_accepted=trail.last(id_) is Decision.ACCEPTED,
        )
        for id_ in figures_to_look_at(view.document)
        if id_ in lines
    ]
