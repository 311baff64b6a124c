"""Thanks: which of a partner's people is thanked for coming."""

from ..store.reading import Reads, Record, among


def whom_to_thank(reads: Reads, session: Record) -> dict[int, Record | None]:
    """Return whom to thank at each partner of which it is known who came; None: nobody of them can be written to.

    It is the main contact where they came, else whoever was there longest.
    """
    rows = reads.select("attendances", ["session_id = :session"], session=session["id"])
    attended = {row["id"]: row["partner_id"] for row in rows}
    people = among(reads, "attendees", "attendance_id", attended, ["contact_id IS NOT NULL"])
    able = {row["id"]: row for row in among(reads, "open_contacts", "id", [row["contact_id"] for row in people])}
    main = {row["id"] for row in among(reads, "main_contacts", "partner_id", attended.values())}
    found: dict[int, Record | None] = {attended[row["attendance_id"]]: None for row in people}
    for row in sorted(people, key=lambda row: (row["contact_id"] not in main, -(row["minutes"] or 0), row["id"])):
        partner = attended[row["attendance_id"]]
        found[partner] = found[partner] or able.get(row["contact_id"])
    return found
