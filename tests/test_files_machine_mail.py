"""Machine mail: receipts, vacation notices, abuse reports and lists are told from what people write."""

import os
from pathlib import Path

import pytest

from mtep_outreach.files.machine_mail import kind
from mtep_outreach.vocabulary import MailKind

REAL = Path(os.environ.get("MTEP_TEST_DATA", "no folder"))
needs_data = pytest.mark.skipif(not REAL.is_dir(), reason="MTEP_TEST_DATA names no folder of real mail")

DELIVERY = (
    "\n\n--b\nContent-Type: message/delivery-status\n\n"
    "Final-Recipient: rfc822;a@example.edu\nAction: {}\nStatus: {}\n--b--"
)
CALENDAR = "--b\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n"


def mail(*fields: str, text: str = "Dear Bo", subject: str = "Re: Informational Meeting") -> bytes:
    head = ["From: Ann Adams <ann@example.edu>", "To: hub@example.org", f"Subject: {subject}", *fields]
    return "\n".join([*head, "", text]).encode()


def multipart(kind: str, text: str, *fields: str) -> bytes:
    return mail("MIME-Version: 1.0", f"Content-Type: {kind}; boundary=b", *fields, text=text)


@pytest.mark.parametrize(
    ("content", "meant"),
    [
        (mail(), MailKind.PERSON),
        (mail("Auto-Submitted: no"), MailKind.PERSON),
        (mail("Precedence: first-class"), MailKind.PERSON),
        (mail("X-Auto-Response-Suppress: OOF"), MailKind.PERSON),
        (mail("Auto-Submitted: auto-replied (vacation)"), MailKind.AUTOMATIC),
        (mail("Auto-Submitted: auto-generated"), MailKind.AUTOMATIC),
        (mail("X-Autoreply: yes"), MailKind.AUTOMATIC),
        (mail("Precedence: auto_reply"), MailKind.AUTOMATIC),
        (mail("X-Apple-Action: VACATION"), MailKind.AUTOMATIC),
        (mail("Precedence: bulk"), MailKind.LIST),
        (mail("List-Id: <all.example.edu>"), MailKind.LIST),
        (mail("List-Id: <all.example.edu>", "Auto-Submitted: auto-replied"), MailKind.AUTOMATIC),
        (b"From: No Reply <no-reply@example.edu>\n\nx", MailKind.AUTOMATIC),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", MailKind.CALENDAR),
        (mail("Content-Type: text/calendar", text="BEGIN:VCALENDAR"), MailKind.CALENDAR),
        (multipart("multipart/mixed", CALENDAR), MailKind.CALENDAR),
        (multipart("multipart/mixed", CALENDAR, "Auto-Submitted: auto-replied"), MailKind.CALENDAR),
        (
            multipart("multipart/mixed", "--b\nContent-Type: application/octet-stream; name=invite.ICS\n\nx\n--b--"),
            MailKind.CALENDAR,
        ),
        (multipart("multipart/mixed", f"--b\nContent-Type: message/rfc822\n\n{mail('Auto-Submitted: x').decode()}"),
         MailKind.PERSON),
        (multipart("multipart/report", DELIVERY.format("failed", "5.1.1")), MailKind.BOUNCE),
        (multipart("multipart/report", DELIVERY.format("delayed", "4.4.1")), MailKind.BOUNCE),
        (multipart("multipart/report", CALENDAR + DELIVERY.format("failed", "5.1.1")), MailKind.BOUNCE),
        (multipart("multipart/report", DELIVERY.format("delivered", "2.0.0")), MailKind.RECEIPT),
        (multipart("multipart/report; report-type=disposition-notification", "x"), MailKind.RECEIPT),
        (multipart("multipart/report", "--b\nContent-Type: message/disposition-notification\n\nDisposition: x\n--b--"),
         MailKind.RECEIPT),
        (multipart("multipart/report; report-type=feedback-report", "x"), MailKind.ABUSE_REPORT),
        (multipart("multipart/report", "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b--"),
         MailKind.ABUSE_REPORT),
        (b"", None),
        (b"\0" * 100_000, None),
    ],
)  # fmt: skip
def test_each_kind_is_known_by_what_mail_systems_write(content: bytes, meant: MailKind | None) -> None:
    assert kind(content) is meant


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Informational Meeting", "Auto-Reply: x", "[EXTERNAL] Automatic reply: x", "Out of Office: x",
        "I am out of the office until Monday", "Abwesenheitsnotiz: x", "Automatische Antwort: x",
        "Réponse automatique : x",
        "Respuesta automática: x", "Fuera de la oficina", "Risposta automatica: x", "Resposta automática: x",
        "Automatisch antwoord: x", "Autosvar: x", "Автоматический ответ: x", "自動応答: x", "自动答复: x",
        "=?utf-8?q?R=C3=A9ponse_automatique?=",
    ],
)  # fmt: skip
def test_a_notice_of_somebody_who_is_away_is_known_by_its_subject(subject: str) -> None:
    assert kind(mail(subject=subject)) is MailKind.AUTOMATIC


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Automatic reply: Informational Meeting",
        "Automatic transmissions",
        "The office is out",
        "Meeting on vacation",
        "",
    ],
)
def test_whoever_answers_a_machine_is_a_person(subject: str) -> None:
    assert kind(mail(subject=subject)) is MailKind.PERSON


@needs_data
def test_real_mail_is_told_apart() -> None:
    found = {path.name: kind(path.read_bytes()) for path in (REAL / "auto_replies").iterdir()}
    assert found.pop("flanker_disposition_notification.eml") is MailKind.RECEIPT
    assert set(found.values()) == {MailKind.AUTOMATIC}
    bounced = {path.name: kind(path.read_bytes()) for path in (REAL / "bounces").glob("*.eml")}
    assert {name: found for name, found in bounced.items() if found is not MailKind.BOUNCE} == {
        "arf-01.eml": MailKind.ABUSE_REPORT,
        "is-not-bounce-01_not.eml": MailKind.PERSON,
        "lhost-amazonses-13.eml": MailKind.AUTOMATIC,
    }
    for folder in ("itip_replies", "calendar_mails_not_replies"):
        for path in (REAL / folder).iterdir():
            assert path.suffix == ".csv" or kind(path.read_bytes()) is MailKind.CALENDAR, path.name
    assert {kind(path.read_bytes()) for path in (REAL / "plain_replies").glob("*.eml")} == {MailKind.PERSON}
