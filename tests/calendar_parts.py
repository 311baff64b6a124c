"""Calendar answers as mail programs write them, for tests: whole, changed line by line, and damaged."""

import email
from collections.abc import Iterator
from pathlib import Path

UID = "5f0c4c1e7b9a4d2e8c6b@mtep"
INVITED = "jane.doe@x.edu"
ORGANIZER = "hub@mtep.org"

ZONE = """BEGIN:VTIMEZONE
TZID:{tzid}
BEGIN:STANDARD
DTSTART:16010101T020000
RRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0500
TZOFFSETTO:-0600
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
RRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0600
TZOFFSETTO:-0500
END:DAYLIGHT
END:VTIMEZONE
"""

LINES = {
    "METHOD": "METHOD:REPLY",
    "ZONE": "",
    "UID": f"UID:{UID}",
    "SEQUENCE": "SEQUENCE:1",
    "DTSTAMP": "DTSTAMP:20240510T120000Z",
    "DTSTART": "DTSTART:20240524T170000Z",
    "DTEND": "DTEND:20240524T180000Z",
    "ORGANIZER": f"ORGANIZER;CN=The Hub:mailto:{ORGANIZER}",
    "ATTENDEE": f"ATTENDEE;CN=Jane Doe;PARTSTAT=ACCEPTED:mailto:{INVITED}",
    "SUMMARY": "SUMMARY:Accepted: Informational Meeting",
    "MORE": "",
}


def entry(kind: str = "VEVENT", **changed: str) -> str:
    """Return one entry; an empty text leaves its line out."""
    lines = {**LINES, "METHOD": "", "ZONE": "", **changed}
    return "\n".join([f"BEGIN:{kind}", *(line for line in lines.values() if line), f"END:{kind}", ""])


def calendar(*entries: str, method: str = "METHOD:REPLY", zone: str = "") -> bytes:
    head = ["BEGIN:VCALENDAR", "PRODID:-//X//Y//EN", "VERSION:2.0", *([method] if method else [])]
    return ("\n".join(head) + "\n" + zone + "".join(entries) + "END:VCALENDAR\n").encode().replace(b"\n", b"\r\n")


def reply(**changed: str) -> bytes:
    """Return an answer of the invited person, some of its lines changed or left out."""
    method, zone = changed.pop("METHOD", LINES["METHOD"]), changed.pop("ZONE", "")
    return calendar(entry(**changed), method=method, zone=zone)


def calendar_parts(path: Path) -> Iterator[tuple[bytes, str | None, str | None]]:
    """Find the calendar parts of a mail or a calendar file: bytes, the mail's method, charset."""
    raw = path.read_bytes()
    if path.suffix == ".ics":
        yield raw, None, None
        return
    for part in email.message_from_bytes(raw).walk():
        is_one = part.get_content_type() in {"text/calendar", "application/ics"}
        if is_one or str(part.get_filename()).endswith(".ics"):
            content, method = part.get_payload(decode=True), part.get_param("method")
            assert isinstance(content, bytes)
            yield content, str(method) if method else None, part.get_content_charset()
