"""The words of the product: every closed list, spelled once."""

from enum import StrEnum
from typing import TypeVar

W = TypeVar("W", bound=StrEnum)


class Scope(StrEnum):
    """How far an organization reaches."""

    NATIONAL = "national"
    STATE = "state"
    LOCAL = "local"


class Sector(StrEnum):
    """What kind of organization a partner is."""

    GOVERNMENT = "government"
    NONPROFIT = "nonprofit"
    PROFESSIONAL = "professional"
    INDUSTRY = "industry"
    PHILANTHROPY = "philanthropy"
    HIGHER_EDUCATION = "higher-education"
    K12 = "k12"
    COMMUNITY = "community"


class CouncilRole(StrEnum):
    """The partners that AMTE's Standard P.1 (2017, p. 27) names for a partnership council."""

    MATHEMATICS_TEACHER_EDUCATORS = "mathematics-teacher-educators"
    MATHEMATICS_FACULTY = "mathematics-faculty"
    EDUCATION_FACULTY = "education-faculty"
    OTHER_FACULTY = "other-faculty"
    SCHOOL_PERSONNEL = "school-personnel"
    FAMILIES_AND_COMMUNITY = "families-and-community"
    BUSINESS_AND_INDUSTRY = "business-and-industry"


class MemberRole(StrEnum):
    """What a member of the network does in it."""

    CHANGE_AGENT = "change-agent"
    COACH = "coach"
    HUB_LEADER = "hub-leader"
    ADVISORY_BOARD = "advisory-board"


class Stage(StrEnum):
    """How far a partner has come, the least first. Derived from what is recorded, never stored."""

    IDENTIFIED = "identified"
    INVITED = "invited"
    ACCEPTED = "accepted"
    ATTENDED = "attended"
    JOINED = "joined"
    COMMITTED = "committed"


class Answer(StrEnum):
    """What a reply says."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


class AgreementKind(StrEnum):
    """In what form a partner joined."""

    MOU = "mou"
    LETTER = "letter"
    VERBAL = "verbal"


class CommitmentGoal(StrEnum):
    """What a commitment serves: the three goals of the 2022 initiative "YOU Belong in STEM"."""

    STUDENT_LEARNING = "student-learning"
    EDUCATOR_DEVELOPMENT = "educator-development"
    FUNDING = "funding"


class CommitmentState(StrEnum):
    """How a commitment stands. Derived from what is recorded, never stored."""

    PLANNED = "planned"
    UNDER_WAY = "under-way"
    COMPLETED = "completed"
    STALLED = "stalled"
    UNREPORTED = "unreported"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


class Period(StrEnum):
    """For what time a measure is promised anew."""

    YEAR = "year"


class ReportSection(StrEnum):
    """A part of the report, in the order in which parts are shown."""

    GOAL = "goal"
    STAGES = "stages"
    SESSIONS = "sessions"
    COVERAGE = "coverage"
    STATES = "states"
    COMMITMENTS = "commitments"
    PACE = "pace"
    NOMINATORS = "nominators"
    NEXT = "next"


class LetterKind(StrEnum):
    """What a letter is for."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    UPDATE = "update"
    CANCELLATION = "cancellation"
    THANK_YOU = "thank-you"


class DeliveryState(StrEnum):
    """How far one letter is on its way to one address."""

    WRITTEN = "written"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    IN_DOUBT = "in-doubt"
    FAILED = "failed"
    BOUNCED = "bounced"


class NameKind(StrEnum):
    """What kind of name of a partner one text is."""

    OFFICIAL = "official"
    ACRONYM = "acronym"
    ALIAS = "alias"
    MERGED = "merged"


class Form(StrEnum):
    """What kind of file a letter is written as."""

    MARKDOWN = "md"
    TEXT = "txt"
    HTML = "html"
    MAIL = "eml"
    WORD = "docx"
    PDF = "pdf"


class Security(StrEnum):
    """How a connection to a mail server is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class StopKind(StrEnum):
    """Why nothing is sent to an address any more."""

    OPTED_OUT = "opted-out"
    BOUNCED = "bounced"


class BounceReason(StrEnum):
    """Why a letter could not be delivered."""

    UNKNOWN_USER = "unknown-user"
    HOST_UNKNOWN = "host-unknown"
    MOVED = "moved"
    DISABLED = "disabled"
    MAILBOX_FULL = "mailbox-full"
    POLICY = "policy"
    CONTENT = "content"
    TOO_BIG = "too-big"
    DELAYED = "delayed"
    OTHER = "other"


class MailKind(StrEnum):
    """Who or what wrote a mail that came in."""

    ABUSE_REPORT = "abuse-report"
    RECEIPT = "receipt"
    BOUNCE = "bounce"
    CALENDAR = "calendar"
    AUTOMATIC = "automatic"
    LIST = "list"
    PERSON = "person"


class LikelyAnswer(StrEnum):
    """What the words of a reply seem to say; a person decides."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    OPT_OUT = "opt-out"
    UNCLEAR = "unclear"


class MailResult(StrEnum):
    """What became of a mail that was read."""

    APPLIED = "applied"
    REVIEW = "review"
    NOT_OURS = "not-ours"


class Proposal(StrEnum):
    """What a person may make of a mail that waits to be reviewed."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    DO_NOT_CONTACT = "do-not-contact"
    BOUNCED = "bounced"


class ReviewState(StrEnum):
    """What became of a mail that waits to be reviewed."""

    OPEN = "open"
    APPLIED = "applied"
    DISMISSED = "dismissed"


class Doubts(StrEnum):
    """What becomes of a row that may name a partner that is here already."""

    ASK = "ask"
    SKIP = "skip"
    NEW = "new"
    LINK = "link"


class EntryKind(StrEnum):
    """What an entry of the journal did."""

    DO = "do"
    FINAL = "final"
    UNDO = "undo"
    REDO = "redo"


class Operation(StrEnum):
    """What happened to one row."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


NOT_SET = "not-set"
"""What stands in counts for a scope or sector that nobody has given."""

HELD_BACK = "not sent: "
"""What begins the reason of a letter that the program itself did not let go."""

_SYNONYMS: dict[type[StrEnum], dict[str, str]] = {
    Answer: {"yes": "accepted", "no": "declined", "maybe": "tentative"},
    Proposal: {"yes": "accepted", "no": "declined", "maybe": "tentative", "stop": "do-not-contact"},
    Scope: {
        "nationwide": "national",
        "national-level": "national",
        "us": "national",
        "statewide": "state",
        "state-wide": "state",
        "state-level": "state",
        "regional": "local",
        "local-level": "local",
        "local/regional": "local",
    },
    Sector: {
        "higher-ed": "higher-education",
        "university": "higher-education",
        "college": "higher-education",
        "k-12": "k12",
        "school": "k12",
        "non-profit": "nonprofit",
        "business": "industry",
        "foundation": "philanthropy",
        "association": "professional",
        "society": "professional",
    },
}


def word_of(kind: type[W], text: str) -> W | None:
    """Return the word of a closed list that a person's text means, in any letter case, or None."""
    spelled = "-".join(text.strip().lower().replace("_", " ").split())
    try:
        return kind(_SYNONYMS.get(kind, {}).get(spelled, spelled))
    except ValueError:
        return None


def in_words(word: str) -> str:
    """Return a word of a closed list as it stands in a sentence: ``change-agent`` is "change agent"."""
    return {"k12": "K-12", "mou": "MOU"}.get(word, word.replace("-", " "))
