"""Answers to letters that were sent, as mail programs and mail servers write them."""

from collections.abc import Sequence
from email.message import EmailMessage
from email.mime.text import MIMEText
from email.policy import SMTP
from pathlib import Path
from zlib import crc32

from .conftest import Program
from .mailings import calendar

DEAD = ("5.1.1", "550 5.1.1 The email account that you tried to reach does not exist")
FULL = ("4.2.2", "452 4.2.2 The mailbox is full")


def reply(
    invitation: EmailMessage,
    partstat: str = "ACCEPTED",
    *,
    attendee: str = "",
    stamp: str = "20240502T120000Z",
    sequence: int | None = None,
    comment: str = "",
    uid: str = "",
    method: str = "REPLY",
    more: Sequence[str] = (),
    attendee_more: str = "",
) -> bytes:
    """Return the calendar part with which an invited person's calendar answers."""
    asked = calendar(invitation)
    who = attendee or invitation["To"].addresses[0].addr_spec
    number = asked["SEQUENCE"] if sequence is None else sequence
    lines = [
        "BEGIN:VCALENDAR", "PRODID:-//Example//Calendar//EN", "VERSION:2.0", f"METHOD:{method}", "BEGIN:VEVENT",
        f"UID:{uid or asked['UID']}", f"SEQUENCE:{number}", f"DTSTAMP:{stamp}",
        f"ORGANIZER:{asked['ORGANIZER']}", f"ATTENDEE;PARTSTAT={partstat}{attendee_more}:mailto:{who}",
        *([f"COMMENT:{comment}"] if comment else []), *more, "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return "\r\n".join([*lines, ""]).encode()


def mailed(
    calendar_part: bytes, sender: str, *, subject: str = "Accepted: Informational Meeting", **headers: str
) -> bytes:
    """Return the mail that carries an answer; its headers are given with _ for -."""
    mail = letter(sender, subject, "", **headers)
    mail.set_content("Ann has accepted this invitation.")
    mail.add_alternative(calendar_part.decode(), subtype="calendar")
    *_, part = mail.iter_parts()
    part.set_param("method", "REPLY")
    return mail.as_bytes(policy=SMTP)


def letter(sender: str, subject: str, text: str, **headers: str) -> EmailMessage:
    """Return a mail to the hub."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "Hub <hub@example.org>", subject
    mail["Date"] = headers.pop("Date", "Thu, 02 May 2024 08:00:00 -0500")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    if text:
        mail.set_content(text)
    return mail


def words(invitation: EmailMessage, text: str, **headers: str) -> bytes:
    """Return what a person writes in answer to a letter, with the letter quoted below."""
    quoted = "\n".join(f"> {line}" for line in ["Dear Ann,", "", "we invite you. Please accept or decline."])
    sender = headers.pop("sender", str(invitation["To"]))
    number = crc32(repr(text).encode())  # the same in each run, unlike a hash
    made = letter(
        sender, headers.pop("Subject", f"Re: {invitation['Subject']}"),
        f"{text}\n\nOn Wed, May 1, 2024 at 9:00 AM Hub <hub@example.org> wrote:\n{quoted}\n",
        **{"Message_ID": f"<{number}@example.net>", "In_Reply_To": str(invitation["Message-ID"]), **headers},
    )  # fmt: skip
    return made.as_bytes(policy=SMTP)


def opt_out(invitation: EmailMessage, sender: str = "") -> bytes:
    """Return the mail that a mail program sends for its button to unsubscribe."""
    asked = str(invitation["List-Unsubscribe"]).partition("subject=")[2].rstrip(">").replace("%20", " ")
    return letter(sender or str(invitation["To"]), asked, " ").as_bytes(policy=SMTP)


def bounce(invitation: EmailMessage, why: tuple[str, str] = DEAD, *, recipient: str = "", whole: bool = True) -> bytes:
    """Return what a mail server sends back, with the letter or its header."""
    status, said = why
    to = recipient or invitation["To"].addresses[0].addr_spec
    action = "failed" if status.startswith("5") else "delayed"
    top = EmailMessage()
    top["From"], top["To"] = "Mail Delivery System <MAILER-DAEMON@mx.example.net>", "hub@example.org"
    top["Subject"], top["Date"] = "Undelivered Mail Returned to Sender", "Thu, 02 May 2024 08:00:00 -0500"
    top["Auto-Submitted"], top["Return-Path"] = "auto-replied", "<>"
    top["Message-ID"] = f"<{crc32(repr((to, said)).encode())}@mx.example.net>"
    notice = MIMEText(f"<{to}>: {said}\n")
    report = (
        f"Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {said}\n"
    )
    content = invitation.as_bytes() if whole else invitation.as_bytes().partition(b"\n\n")[0] + b"\n"
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    border = "=_report"
    head = top.as_bytes().rstrip(b"\n")
    return b"\n".join(
        [
            head,
            b'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="=_report"',
            b"", f"--{border}".encode(), notice.as_bytes(), f"--{border}".encode(),
            b"Content-Type: message/delivery-status\n", report.encode(), f"--{border}".encode(),
            f"Content-Type: {kind}\n".encode(), content, f"--{border}--".encode(), b"",
        ]
    )  # fmt: skip


def lay_down(folder: Path, *mails: bytes) -> Path:
    """Write mails into a folder, as a person saves them; return it."""
    folder.mkdir(exist_ok=True)
    there = len(list(folder.iterdir()))
    for number, content in enumerate(mails, there + 1):
        ending = "ics" if content.startswith(b"BEGIN:VCALENDAR") else "eml"
        (folder / f"{number:03d}.{ending}").write_bytes(content)
    return folder


def from_everybody(program: Program, folder: Path) -> Path:
    """Lay down two mails of everybody who is invited: their calendar's answer, and what they write."""
    mails = []
    letters_of = {row["invitation"]: row for row in program.list("deliveries")}
    for row in program.list("invitations"):
        if row["address"]:
            lines = [
                "BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REPLY", "BEGIN:VEVENT", f"UID:{row['uid']}", "SEQUENCE:0",
                "DTSTAMP:20240430T120000Z", f"ATTENDEE;PARTSTAT=TENTATIVE:mailto:{row['address']}",
                f"COMMENT:{row['contact']} asks for parking.", "END:VEVENT", "END:VCALENDAR", "",
            ]  # fmt: skip
            mails.append("\r\n".join(lines).encode())
            subject = f"Re: {letters_of[row['id']]['subject']}"
            text = f"Yes, we would love to come.\n{row['contact']}"
            mails.append(letter(f"{row['contact']} <{row['address']}>", subject, text).as_bytes(policy=SMTP))
    return lay_down(folder, *mails)
