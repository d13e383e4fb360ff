"""A recognised report as linked data, in the Common Impact Data Standard 3.2."""

from datetime import date
from typing import Any

from portal.core.clock import day_bounds, to_local
from portal.impact.rules.documents import Document
from portal.impact.rules.figures import DOCUMENT_LANGUAGE, Figure, Group, figures_of, method

_CONTEXT = {
    "cids": "https://ontology.commonapproach.org/cids#",
    "i72": "http://ontology.eil.utoronto.ca/ISO21972/iso21972#",
    "org": "http://ontology.eil.utoronto.ca/tove/organization#",
    "sch": "http://schema.org/",
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_OUTCOME = "outcome"  # the other places in the chain say what was done

Node = dict[str, Any]


def as_linked_data(document: Document, address: str) -> Node:
    """Say a public document as linked data; its `address` names each node.

    Every figure is an indicator; only one that is shown has a report of its value. A number is
    a text there, and no text names its language: the standard's own shapes want it so.
    """
    writer = _Writer(document, address)
    name = document["organisation"]
    kinds = ["cids:Organization", "cids:SocialPurposeOrganization"]
    nodes = [writer.node("organisation", kinds, name, name) | {"org:hasLegalName": name}]
    for group in method().groups:
        nodes += writer.group(group)
    values = {figure["id"]: figure["value"] for figure in document["figures"]}
    for figure in figures_of(*writer.period):
        if figure.id in values:
            nodes.append(writer.indicator(figure))
        if values.get(figure.id) is not None:
            nodes.append(writer.value(figure, values[figure.id]))
    return {"@context": _CONTEXT, "@graph": nodes}


class _Writer:
    """Writes the nodes of one report."""

    def __init__(self, document: Document, address: str) -> None:
        self.number, self.made_at, self.address = (
            document["number"],
            document["compiled_at"],
            address,
        )
        self.period = [date.fromisoformat(document["period"][end]) for end in ("from", "until")]

    def node(self, name: str, kind: str | list[str], label: str, description: str) -> Node:
        return {
            "@id": self._id(name),
            "@type": kind,
            "org:hasName": label,
            "cids:hasDescription": description,
            "sch:description": description,
            "sch:dateCreated": _moment(self.made_at),
        }

    def group(self, group: Group) -> list[Node]:
        """Write a theme, and the outcome under it where people became something."""
        label = group.label(DOCUMENT_LANGUAGE)
        words = label, group.definition(DOCUMENT_LANGUAGE) or label
        theme = self.node(f"theme-{group.id}", "cids:Theme", *words)
        if group.chain != _OUTCOME:
            return [theme]
        outcome = self.node(f"outcome-{group.id}", "cids:Outcome", *words)
        return [theme, outcome | self._of_us() | {"cids:forTheme": {"@id": theme["@id"]}}]

    def indicator(self, figure: Figure) -> Node:
        kind = "outcome" if figure.chain == _OUTCOME else "theme"
        words = figure.label(DOCUMENT_LANGUAGE), figure.definition(DOCUMENT_LANGUAGE)
        return {
            **self.node(figure.id, "cids:Indicator", *words),
            **self._of_us(),
            "org:hasIdentifier": figure.id,
            "cids:unitDescription": method().units[figure.unit](DOCUMENT_LANGUAGE),
            f"cids:for{kind.capitalize()}": {"@id": self._id(f"{kind}-{figure.group}")},
        }

    def value(self, figure: Figure, value: int) -> Node:
        label = f"{figure.label(DOCUMENT_LANGUAGE)}, {self.number}"
        started, ended = (to_local(moment).isoformat() for moment in day_bounds(*self.period))
        return {
            **self.node(f"value-{figure.id}", "cids:IndicatorReport", label, label),
            **self._of_us(),
            "cids:forIndicator": {"@id": self._id(figure.id)},
            "prov:startedAtTime": _moment(started),
            "prov:endedAtTime": _moment(ended),
            "i72:value": {"@type": "i72:Measure", "i72:hasNumericalValue": str(value)},
        }

    def _id(self, name: str) -> str:
        return f"{self.address}#{name}"

    def _of_us(self) -> Node:
        return {"cids:forOrganization": {"@id": self._id("organisation")}}


def _moment(text: str) -> Node:
    return {"@type": "xsd:dateTime", "@value": text}
