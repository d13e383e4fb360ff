"""What an employer reads on its pages."""

from tests.introductions.made import met


def test_an_employer_never_reads_where_she_takes_part(session, cast):
    """Its page, list and file say that a guide comes, and not whose: that would tell of her."""
    row = met(session, cast).row
    session.commit()
    page = f"/work/introductions/{row.uuid}"
    for url in (page, "/work/introductions", "/work/introductions.csv", "/work"):
        text = cast.client("employer").get(url).get_data(as_text=True)
        assert "Fatma" in text
        assert cast.enterprise.name not in text
        assert cast.participant.name not in text
    assert cast.enterprise.name in cast.client("guide").get(page).get_data(as_text=True)
