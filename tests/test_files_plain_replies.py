"""Plain replies: the new words alone, and what they seem to answer."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtep_outreach.files.mails import Mail, read
from mtep_outreach.files.plain_replies import LONGEST_TEXT, likely_answer, new_text

REAL = Path(os.environ.get("MTEP_TEST_DATA", "no folder")) / "plain_replies"
needs_data = pytest.mark.skipif(not REAL.is_dir(), reason="MTEP_TEST_DATA names no folder of real replies")

WROTE = "On Mon, May 6, 2024 at 9:00 AM Hub <hub@example.org> wrote:"
QUOTED = "> Dear Ann,\n>\n> we would love you to come. Please accept or decline.\n"


# ---- what is new ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "new"),
    [
        (f"Yes!\n\n{WROTE}\n\n{QUOTED}", "Yes!"),
        (f"Yes!\r\n\r\n{WROTE}\r\n{QUOTED}", "Yes!"),
        (f"Yes!\n\nOn Mon, May 6, 2024 at 9:00 AM The Hub\n<hub@example.org> wrote:\n{QUOTED}", "Yes!"),
        (f"{WROTE}\n{QUOTED}\nYes, we come.\n", "Yes, we come."),
        (f"On Monday Bo wrote:\n{QUOTED}\nYes, we come.\n", "Yes, we come."),
        ("> Will you come?\nYes, both of us.\n> When?\nAt noon.", "Yes, both of us.\nAt noon."),
        ("We accept.\n\nFrom: Hub\nSent: Monday\nTo: Ann\nSubject: May 24\n\nPlease decline", "We accept."),
        (f"We accept.\n\n{'_' * 32}\nFrom: Hub\nSent: Monday\nTo: Ann\nSubject: x\n\nPlease decline", "We accept."),
        ("-----Original Message-----\nFrom: Hub\nSent: Monday\n\nPlease decline", ""),
        ("From: Hub <hub@example.org>\nSent: Monday\nTo: Ann\nSubject: May 24\n\nPlease decline", ""),
        ('Hallo\n02.04.2012 14:20 пользователь "bo@example.org" <\nbo@example.org> написал:\n\n> Hi\n>', "Hallo"),
        ("Wir kommen.\n\nAm Mo., 6. Mai 2024 um 09:00 Uhr schrieb Hub <hub@example.org>:\n> x", "Wir kommen."),
        ("Count us in!\n-- \nAnn Adams\nDean\n", "Count us in!"),
        ("Can't make it.\n\nSent from my iPhone\n\n> On May 6, Hub wrote:\n> Dear Ann", "Can't make it."),
        ("Yes, we come.\n\nBest regards,\nAnn\nDean of Education", "Yes, we come."),
        # What begins as a closing does may be the answer.
        ("Hi Bo,\n\nThanks, we would love to come!\nAnn", "Hi Bo,\n\nThanks, we would love to come!\nAnn"),
        ("Dear Bo,\nThanks,\nwe will be there.\nAnn", "Dear Bo,\nThanks,\nwe will be there.\nAnn"),
        ("Hi Bo,\n\nThank you, but that week is hard for us.", "Hi Bo,\n\nThank you, but that week is hard for us."),
        ("We can:\n- come on May 24\n- bring two people\n", "We can:\n- come on May 24\n- bring two people"),
        ("", ""),
        ("\0\x1b[31mYes\x07", "[31mYes"),
    ],
)  # fmt: skip
def test_only_what_is_new_is_left(text: str, new: str) -> None:
    assert new_text(text) == new


@pytest.mark.parametrize(
    "piece",
    [
        "\n", " ", ">", "On ", "On x\n", "_", "-", "From: a\n", "thanks\n", "Thanks, ", "\xa0", "Sent from my ", "> ",
        "Am \tschrieb \t", "Op ", "word ", "wrote: ", "On a wrote:\n", "> On\n", "a\n\n", "disclaimer: mail ", "\u2028",
        "\t\n",
    ],
)  # fmt: skip
def test_hostile_texts_take_no_time(piece: str) -> None:
    begun = time.perf_counter()
    new = new_text(piece * (1_000_000 // len(piece)))
    likely_answer(new)
    likely_answer(piece * 100_000)
    assert time.perf_counter() - begun < 10
    assert len(new) <= LONGEST_TEXT


@given(st.text(max_size=500))
def test_any_text_is_read(text: str) -> None:
    likely_answer(new_text(text))


# ---- what it says ---------------------------------------------------------------------------------------

SAID = {
    "accepted": """
        Yes | Yes, we'd love to come! | Thanks, we would love to come. | I will be there. | Count us in!
        I can make it. | Dear Bo, thank you for the invitation. Ann and I will attend on May 24.
        I am happy to accept. | See you there. | We accept with pleasure. | No problem, I'll join.
        I can't wait to join you! | I’ll be there | We'll attend. Looking forward to it!
        I'd be delighted to participate. | I would like to attend the session.
    """,
    "declined": """
        No | No, thank you. | Unfortunately, I can't make it.
        I would love to come, but I can't make it that day. | We must respectfully decline.
        I am unable to attend. | We will not be able to attend the session. | Sorry, I won't be able to join.
        I'm not available on that day. | We are not interested. | I’m afraid I can’t come.
        I regret that I cannot attend. | I have to pass on this one. | I don't think I can make it.
        We will not attend.
    """,
    "tentative": """
        Maybe. | I'm not sure yet; I will let you know. | Let me check my calendar and get back to you.
        I hope to attend. | I might be able to join. | We may attend. | I'll try to come.
    """,
    "unclear": """
        Hello | Can you tell me more about the program? | Will you accept late registrations?
        Thank you for the invitation. | I can't come, but my colleague Bo would be happy to attend.
        If we can attend, do we need to register? | Please unsubscribe my colleague and send me the agenda.
        Please stop by on May 24, there is cake. | stop worrying
        Please remove me from the list of speakers, but keep me on the invitation list.
        unsubscribe? No, I will come!
        Please unsubscribe me. By the way, Maria Rivera would be the right person to ask.
        What is a Riak bucket?
    """,
    "opt-out": """
        unsubscribe | Unsubscribe. | UNSUBSCRIBE | Please remove me from your list. | remove me | STOP | opt out
        Please stop emailing me. | Take me off this mailing list please. Thank you. | Do not contact me again.
        Please remove me from your mailing list immediately | Please don't email me anymore.
        No more emails please
    """,
}
LINES = [
    (answer, text.strip())
    for answer, texts in SAID.items()
    for line in texts.strip().splitlines()
    for text in line.split(" | ")
]


@pytest.mark.parametrize(("answer", "text"), LINES)
def test_the_likely_answer_comes_from_the_words(answer: str, text: str) -> None:
    found = likely_answer(text)
    assert found.answer.value == answer
    assert bool(found.words) or answer == "unclear"


def test_words_that_contradict_each_other_are_unclear_and_shown() -> None:
    found = likely_answer("Yes, I will come. Bo will not attend.")
    assert found.answer.value == "unclear"
    assert {"yes", "i will come", "will not attend"} >= set(found.words) >= {"yes", "will not attend"}


@pytest.mark.parametrize(
    "text",
    [
        "Hi Bo,\n\nplease unsubscribe me.\n\nAnn Adams",
        "Unsubscribe\n\nAnn",
        "Dear Dr. Chen,\nstop sending me emails\nAnn Adams, Ph.D.",
    ],
)
def test_a_greeting_and_a_name_may_stand_around_an_opt_out(text: str) -> None:
    assert likely_answer(text).answer.value == "opt-out"


@needs_data
def test_real_replies_leave_their_new_words() -> None:
    for path in sorted(REAL.iterdir()):
        mail = read(path.read_bytes())
        text = path.read_text("utf-8")
        if path.suffix == ".eml":
            assert isinstance(mail, Mail)
            text = next(part.text for part in mail.own if part.content_type == "text/plain")
            assert new_text(text) == "Hello", path.name
        assert likely_answer(new_text(text)).answer.value == "unclear"
        assert ">" not in new_text(text)
        assert "wrote:" not in new_text(text)
