"""A report in the Common Impact Data Standard, in the form that its shapes ask for."""

from collections import Counter

import pytest

from portal.impact.rules.documents import public_document
from portal.recognition.pages.cids import as_linked_data

pytestmark = pytest.mark.one_database  # a document that is frozen already

ADDRESS = "https://portal.example/reports/WW-2026-0001"
# What the shapes of the standard's three tiers want of each kind, beside a name and a description.
WANTED = {
    "cids:Organization": {"org:hasLegalName"},
    "cids:Theme": set(),
    "cids:Outcome": {"cids:forOrganization", "cids:forTheme"},
    "cids:Indicator": {"cids:forOrganization", "cids:unitDescription", "org:hasIdentifier"},
    "cids:IndicatorReport": {
        "cids:forOrganization", "cids:forIndicator", "prov:startedAtTime", "prov:endedAtTime",
        "i72:value",
    },
}  # fmt: skip


@pytest.fixture
def linked(recognised):
    return as_linked_data(public_document(recognised.document), ADDRESS)


def kind_of(node):
    return node["@type"] if isinstance(node["@type"], str) else node["@type"][0]


def test_each_node_has_what_its_kind_wants(linked):
    for node in linked["@graph"]:
        assert WANTED[kind_of(node)] <= node.keys(), node
        for name in ("org:hasName", "cids:hasDescription", "sch:description"):
            assert node[name]
            assert isinstance(node[name], str)
    names = [node["@id"] for node in linked["@graph"]]
    assert len(names) == len(set(names))
    asked = {
        value["@id"]
        for node in linked["@graph"]
        for value in node.values()
        if isinstance(value, dict) and "@id" in value
    }
    assert asked <= set(names)  # nothing points at what isn't there
    prefixes = {key.partition(":")[0] for node in linked["@graph"] for key in node} - {"@id"}
    assert prefixes - {"@type"} <= linked["@context"].keys()


def test_a_figure_that_is_hidden_has_no_value(linked, recognised):
    figures = recognised.document["figures"]
    kinds = Counter(kind_of(node) for node in linked["@graph"])
    shown = {f"{ADDRESS}#{f['id']}": str(f["value"]) for f in figures if f["value"] is not None}
    assert kinds["cids:Indicator"] == len(figures) > len(shown)
    assert shown == {
        node["cids:forIndicator"]["@id"]: node["i72:value"]["i72:hasNumericalValue"]
        for node in linked["@graph"]
        if kind_of(node) == "cids:IndicatorReport"
    }


def test_the_period_is_that_of_the_report_with_its_zone(linked):
    [period] = {
        (node["prov:startedAtTime"]["@value"], node["prov:endedAtTime"]["@value"])
        for node in linked["@graph"]
        if kind_of(node) == "cids:IndicatorReport"
    }
    assert period == ("2026-01-01T00:00:00+01:00", "2026-04-01T00:00:00+02:00")
