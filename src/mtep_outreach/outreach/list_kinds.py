"""The kinds of record that are listed: which view each is read from, and its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..tables import Column

NUMBER = Column("id", "No.", right=True, nowrap=True)


@dataclass(frozen=True)
class Kind:
    """How one kind of record is listed. ``sorts`` maps what can be asked for to SQL of our own."""

    view: str
    columns: Sequence[Column]
    sorts: Mapping[str, str]
    empty: str
    partner: str = "partner_id"
    state: str = "state"
    filtered: bool = True


KINDS: Mapping[str, Kind] = {
    "partners": Kind(
        "partner_list",
        (
            NUMBER,
            Column("name", "Name"),
            Column("acronym", "Acronym", nowrap=True),
            Column("scope", "Scope", nowrap=True),
            Column("sector", "Sector", nowrap=True, wide=True),
            Column("state", "State", nowrap=True),
            Column("city", "City", aside=True),
            Column("address", "Street", aside=True),
            Column("postal_code", "ZIP code", aside=True),
            Column("phone", "Phone", aside=True),
            Column("website", "Website", aside=True),
            Column("stage", "Stage", nowrap=True),
            Column("contact", "Contact", wide=True),
            Column("email", "Address", aside=True),
            Column("added_on", "Added", aside=True),
            Column("do_not_contact", "Do not contact", aside=True),
            Column("note", "Note", aside=True),
        ),
        {
            "number": "id",
            "name": "name_key, id",
            "scope": "scope, name_key, id",
            "sector": "sector, name_key, id",
            "state": "state, name_key, id",
            "stage": "step DESC, name_key, id",
            "added": "added_on, id",
        },
        'No partner yet. Add one: mtep add-partner "Association of Mathematics Teacher Educators" --acronym AMTE',
        partner="id",
    ),
    "contacts": Kind(
        "contact_list",
        (
            NUMBER,
            Column("name", "Name"),
            Column("email", "Address"),
            Column("title", "Title"),
            Column("phone", "Phone", aside=True),
            Column("time_zone", "Time zone", aside=True),
            Column("primary", "Primary", wide=True),
            Column("stopped", "Stopped", nowrap=True, wide=True),
            Column("note", "Note", aside=True),
            Column("partner_id", "Partner no.", aside=True, right=True),
            Column("partner", "Partner"),
        ),
        {"number": "id", "name": "name, id", "partner": "partner, id"},
        'No contact yet. Add one: mtep add-contact PARTNER "Maria Rivera <rivera@example.edu>"',
    ),
    "members": Kind(
        "member_list",
        (
            NUMBER,
            Column("name", "Name"),
            Column("email", "Address"),
            Column("role", "Role", nowrap=True),
            Column("team", "Team"),
            Column("state", "State", nowrap=True, wide=True),
            Column("nominations", "Nominations", right=True),
        ),
        {
            "number": "id",
            "name": "name, id",
            "role": "role, name, id",
            "nominations": "nominations DESC, name, id",
        },
        'No member yet. Add one: mtep add-member "Maria Rivera <rivera@example.edu>" --role coach',
        filtered=False,
    ),
    "nominations": Kind(
        "nomination_list",
        (
            NUMBER,
            Column("day", "Day", nowrap=True),
            Column("partner_id", "Partner no.", aside=True, right=True),
            Column("partner", "Partner"),
            Column("member", "Nominated by"),
            Column("reason", "Reason"),
        ),
        {"number": "id", "day": "day, id", "partner": "partner, id", "member": "member, id"},
        'No nomination yet. Add one: mtep nominate PARTNER --by MEMBER --reason "..."',
    ),
    "sessions": Kind(
        "session_list",
        (
            Column("session", "Session", nowrap=True),
            Column("when", "When"),
            Column("starts", "Starts", aside=True),
            Column("ends", "Ends", aside=True),
            Column("time_zone", "Time zone", aside=True),
            Column("title", "Title", wide=True),
            Column("cancelled_on", "Cancelled", nowrap=True, aside=True),
            Column("place", "Where", aside=True),
            Column("host_name", "Host", aside=True),
            Column("host_email", "Host's address", aside=True),
            Column("agenda", "Agenda", aside=True),
            Column("invited", "Invited", right=True),
            Column("accepted", "Accepted", right=True),
            Column("tentative", "Tentative", aside=True, right=True),
            Column("declined", "Declined", aside=True, right=True),
            Column("no_answer", "No answer", right=True),
            Column("attended", "Attended", right=True),
        ),
        {"day": "starts_at, id", "number": "id"},
        "No session yet. Plan one: mtep add-session 2024-05-24",
        filtered=False,
    ),
    "invitations": Kind(
        "invitation_list",
        (
            NUMBER,
            Column("session", "Session", nowrap=True),
            Column("partner_id", "Partner no.", aside=True, right=True),
            Column("partner", "Partner"),
            Column("contact", "Contact"),
            Column("address", "Address", aside=True),
            Column("signer", "Signed by", wide=True),
            Column("invited_on", "Invited", nowrap=True, wide=True),
            Column("reply", "Reply", nowrap=True),
            Column("replied_on", "Replied", aside=True),
            Column("reply_note", "Note", aside=True),
            Column("uid", "Calendar name", aside=True),
            Column("sequence", "Sequence", aside=True, right=True),
            Column("state", "Letter", nowrap=True),
            Column("path", "File", aside=True),
        ),
        {
            "number": "id",
            "session": "session, partner, id",
            "partner": "partner, session, id",
            "reply": "reply, partner, id",
            "day": "invited_on, id",
        },
        "No invitation yet. Write them: mtep invite --session 2024-05-24",
        state="partner_state",
    ),
    "replies": Kind(
        "reply_list",
        (
            NUMBER,
            Column("session", "Session", nowrap=True),
            Column("partner_id", "Partner no.", aside=True, right=True),
            Column("partner", "Partner"),
            Column("answer", "Answer", nowrap=True),
            Column("day", "Day", nowrap=True, wide=True),
            Column("address", "Who", wide=True),
            Column("sent_from", "Mailed from", aside=True),
            Column("counts", "Counts", nowrap=True),
            Column("by_mail", "By mail", aside=True),
            Column("note", "Comment"),
        ),
        {"number": "id", "session": "session, partner, id", "partner": "partner, id", "day": "day, id"},
        "No answer yet. Read them: mtep inbox SOURCE, or record one: mtep rsvp PARTNER yes",
        state="partner_state",
    ),
    "deliveries": Kind(
        "delivery_list",
        (
            NUMBER,
            Column("session", "Session", nowrap=True),
            Column("invitation", "Invitation no.", aside=True, right=True),
            Column("partner_id", "Partner no.", aside=True, right=True),
            Column("partner", "Partner"),
            Column("kind", "Letter", nowrap=True),
            Column("address", "Address", wide=True),
            Column("state", "State", nowrap=True),
            Column("day", "Day", nowrap=True, wide=True),
            Column("sent_at", "Sent (UTC)", aside=True),
            Column("attempts", "Attempts", aside=True, right=True),
            Column("try_at", "Again (UTC)", aside=True),
            Column("error", "The server said"),
            Column("message_id", "Message-ID", aside=True),
            Column("subject", "Subject", aside=True),
            Column("path", "File", aside=True),
        ),
        {
            "number": "id",
            "session": "session, partner, id",
            "partner": "partner, id",
            "state": "state, id",
            "day": "day, id",
        },
        "No letter yet. Write them: mtep invite --session 2024-05-24",
        state="partner_state",
    ),
    "attendances": Kind(
        "attendance_list",
        (
            Column("session", "Session", nowrap=True),
            Column("partner_id", "Partner no.", aside=True, right=True),
            Column("partner", "Partner"),
            Column("people", "Who came"),
            Column("minutes", "Minutes", right=True),
            Column("day", "Day", nowrap=True, wide=True),
        ),
        {"session": "session, partner, id", "partner": "partner, session, id", "day": "day, id"},
        "No attendance yet. Record it: mtep attend --session 2024-05-24 --from report.csv",
    ),
}
