"""Returned letters: an invitation that came back is written anew, to whoever can be written to now."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..letters.papers import Papers, known_files
from ..store.reading import Record, among
from ..vocabulary import Form
from .desk import Desk, Letter
from .outbox import Outbox, Outcome

if TYPE_CHECKING:
    from ..store.writing import Work


class ReturnedLetters:
    """Writes invitations of one session anew; the letters that came back stay as they are recorded.

    ``letters`` are all the letters of its invitations so far. One whose letter had files gets files of the same forms.
    """

    def __init__(
        self,
        work: "Work",
        session: Record,
        on: Desk,
        papers: Papers,
        letters: Sequence[Record],
        *,
        queue: bool,
        waived: Iterable[str],
        named: bool,
    ) -> None:
        self._work = work
        self._session = session
        self._desk = on
        self._papers = papers
        self._queue = queue
        self._waived = frozenset(waived)
        self._named = named
        self._written = Counter(letter["invitation_id"] for letter in letters)
        self._boxes: dict[tuple[Form, ...], Outbox] = {}
        self._put: dict[int, tuple[Letter, int]] = {}

    @staticmethod
    def why_not(partner: Record, letter: Record) -> str | None:
        """Return why a letter is not written anew: nobody is known whom it could reach."""
        address = partner["contact_email"]
        if not address or address.lower() == (letter["address"] or "").lower():
            return "its letter came back, and there is no other contact: mtep add-contact"
        return None

    def put(self, anew: Letter, letter: Record) -> None:
        """Take what is to be written in the place of a letter that came back."""
        number = letter["invitation_id"]
        forms = tuple(dict.fromkeys(Form(path.suffix[1:]) for path in known_files(letter["files"])))
        forms = self._desk.forms if self._queue or not forms else forms
        if forms not in self._boxes:
            on = replace(self._desk, forms=forms)
            self._boxes[forms] = Outbox(
                self._work, self._session, on, self._papers, queue=self._queue, waived=self._waived, named=self._named
            )
        # The file of the first letter, to somebody else, is kept.
        self._boxes[forms].put(anew, number, [str(self._written[number] + 1)])
        self._put[number] = (anew, letter["id"])

    def close(self) -> list[Outcome]:
        """Record what was taken, and whom each invitation is for now; return what was done."""
        from ..store.models import Invitation

        done = [box.close() for box in self._boxes.values()]
        for row in among(self._work, "deliveries", "invitation_id", self._put, ["kind = 'invitation'"]):
            anew, came_back = self._put[row["invitation_id"]]
            if row["id"] > came_back:  # unless a mistake stopped it
                invitation = self._work.get(Invitation, row["invitation_id"])
                invitation.contact_id, invitation.signer_id = anew.contact_id, anew.signer_id
                invitation.uid = anew.invited.uid
        return done
