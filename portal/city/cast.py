"""Who is who in the demo city, to print at its start."""

from portal.city import texts
from portal.city.people import demo_card_token

_ROLES = {
    "admin": "admin",
    "coordinator": "coordinator",
    "guide": "guide",
    "expert": "expert by experience",
    "recogniser": "recogniser",
}


def cast_lines(base_url: str, password: str) -> list[str]:
    """A short table: e-mail, role, organisation; then the participant's card."""
    people = texts.read("people")
    names = {entry["key"]: entry["name"] for entry in texts.read("organisations")["organisations"]}
    rows = []
    for entry in people["cast"]:
        first = next(iter(entry["memberships"]), None)
        role = _ROLES[first["role"]] if first else "operator of this portal"
        organisations = [names[one["organisation"]] for one in entry["memberships"]]
        rows.append((entry["email"], role, ", ".join(organisations)))
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return [
        f"The demo city is loaded. Sign in at {base_url}/sign-in with the password {password}:",
        *(f"  {a:<{widths[0]}}  {b:<{widths[1]}}  {c}".rstrip() for a, b, c in rows),
        f"The participant ({people['cast_participant']['email']}) opens her page with her card:",
        f"  {base_url}/card/{demo_card_token()}",
    ]
