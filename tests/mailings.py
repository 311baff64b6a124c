"""What tests of letters that leave share: a small network, a server that takes everything, and what it took."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from .conftest import Program
from .outbox import SETTINGS, Sink, sink

DAY = "2024-05-24"
ADA, BAY, CALC = "Ada Society", "Bay Math Council", "Calc County Schools"
ANN, BEA, CY = "ann@example.org", "bea@example.org", "cy@example.org"
EVERYBODY = [ANN, BEA, CY]

PEOPLE = (
    ["add-member", "Maria Rivera <rivera@example.edu>", "--role", "change-agent"],
    ["add-partner", ADA, "--scope", "national", "--contact", f"Ann Adams <{ANN}>"],
    ["add-partner", BAY, "--scope", "state", "--state", "AL", "--contact", f"Bea Brown <{BEA}>",
     "--nominated-by", "Maria Rivera"],
    ["add-partner", CALC, "--scope", "local", "--state", "AL", "--contact", f"Cy Clark <{CY}>"],
)  # fmt: skip


@dataclass(frozen=True)
class Post:
    """The program, and a mail server that it is connected with."""

    mtep: Program
    server: Sink

    def mails(self) -> dict[str, EmailMessage]:
        """The newest mail to each address."""
        read = [message_from_bytes(content, policy=policy.default) for content in self.server.messages]
        return {str(one["To"].addresses[0].addr_spec): one for one in read if isinstance(one, EmailMessage)}

    def clear(self) -> None:
        """Forget the mails taken so far."""
        self.server.messages.clear()


@contextmanager
def connected(mtep: Program, people: Sequence[Sequence[str]] = PEOPLE) -> Iterator[Post]:
    """Give the program people to write to and a server to send through."""
    with sink() as server:
        server.keeps = True
        for command in people:
            mtep(*command)
        port = f"smtp.port={server.port}"
        mtep("settings", "smtp.host=127.0.0.1", port, "smtp.security=none", *SETTINGS)
        yield Post(mtep, server)


def body(mail: EmailMessage) -> str:
    """What a mail says in plain text."""
    part = mail.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text


def calendar(mail: EmailMessage) -> dict[str, str]:
    """The lines of a mail's calendar by their names; of several the last."""
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    text: str = part.get_content()
    lines = re.sub(r"\r?\n[ \t]", "", text).splitlines()
    return {line.partition(":")[0].partition(";")[0]: line.partition(":")[2] for line in lines}


def letters(mtep: Program, **wanted: Any) -> list[dict[str, Any]]:
    """The deliveries that have these values."""
    return [row for row in mtep.list("deliveries") if all(row[key] == value for key, value in wanted.items())]
