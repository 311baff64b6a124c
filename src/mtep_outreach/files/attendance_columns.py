"""Columns of attendance reports: what they mean, by their names and, in languages we do not know, by what they hold."""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum

from ..names import name_key
from .attendance_hours import is_moment, minutes


class Role(Enum):
    """What a column of a report can say of a person."""

    NAME = "name"
    FIRST = "first name"
    LAST = "last name"
    EMAIL = "email"
    UPN = "user id that is mostly an address"
    ORGANIZATION = "organization"
    JOINED = "joined"
    LEFT = "left"
    MINUTES = "minutes"
    ACTION = "what the person did"
    AT = "when"
    GUEST = "guest"
    ATTENDED = "came at all"
    WAITING = "was not let in"
    REGISTERED = "registered"


_NAMES: Mapping[Role, str] = {
    Role.NAME: "name|names|full name|name original name|user name original name|user name|participant|participants|"
    "participant name|attendee|attendees|attendee name|display name|person|contact|nom|nombre|nome|naam|nom complet|"
    "nombre completo|vollstandiger name|teilnehmer|name originalname|name urspr licher name|名前|氏名|"
    "名前 元の名前|姓名|名称 原始名称|이름",
    Role.FIRST: "first name|given name|first|firstname|forename|vorname|prenom",
    Role.LAST: "last name|family name|surname|last|lastname|nachname|nom de famille|apellido|apellidos",
    Role.EMAIL: "email|user email|e mail|mail|email address|e mail address|mail address|participant email|"
    "attendee email|registered email|benutzer e mail|e mail adresse|adresse e mail|courriel|correo electronico|"
    "ユーザーメール|ユーザーのメール|ユーザーのメールアドレス|メールアドレス|电子邮件|用户邮箱|이메일",
    Role.UPN: "participant id upn|participant id|upn|user principal name",
    Role.ORGANIZATION: "organization|organisation|organization name|company|company name|institution|affiliation|"
    "school|district|school district|employer|agency|university|partner|college|firma|entreprise|empresa",
    Role.JOINED: "join time|joined|joined at|first join|first join time|time joined|first seen|check in|check in time|"
    "checkin date|checkin date utc|checked in at|arrival time|beitrittszeit|teilnahmezeit|heure d arrivee|"
    "heure de connexion|hora de entrada|参加時刻|参加時間|加入时间|참가 시간",
    Role.LEFT: "leave time|left|left at|last leave|last leave time|time exited|time left|last seen|exit time|"
    "departure time|austrittszeit|heure de depart|hora de salida|退出時刻|退出時間|离开时间|나간 시간",
    Role.MINUTES: "duration|duration minutes|total duration|total duration minutes|minutes|time in session minutes|"
    "time in session|in meeting duration|attendance duration|time in call|duration seconds|dauer|dauer minuten|"
    "gesamtdauer minuten|duree|duree minutes|duracion|duracion minutos|所要時間 分|期間 分|时长 分钟|지속 시간 분",
    Role.ACTION: "user action|action|benutzeraktion|action de l utilisateur|accion del usuario",
    Role.AT: "timestamp|time stamp|zeitstempel|horodateur|marca de tiempo",
    Role.GUEST: "guest|is guest|gast|ゲスト|访客",
    Role.ATTENDED: "attended|present|came|attendance|checked in|showed up|anwesend|asistio|出席",
    Role.WAITING: "in waiting room|im warteraum|待機室|待機室内|en salle d attente|en sala de espera",
    Role.REGISTERED: "registration time|approval status|registered|registered on|registration date|registration status",
}
_ROLE_OF = {name_key(name): role for role, names in _NAMES.items() for name in names.split("|")}

TOPIC, STARTS, ENDS, LENGTH = "topic", "starts", "ends", "length"
_FACTS = {
    TOPIC: "topic|meeting title|meeting topic|webinar topic|event title|thema|besprechungstitel|titre de la reunion|"
    "titulo de la reunion|トピック|会議のタイトル",
    STARTS: "start time|actual start time|meeting start time|startzeit|heure de debut|hora de inicio|開始時刻|開始時間",
    ENDS: "end time|actual end time|meeting end time|endzeit|heure de fin|hora de finalizacion|終了時刻|終了時間",
    LENGTH: "meeting duration|actual duration minutes|duration minutes|besprechungsdauer",
    "": "meeting id|webinar id|id|total number of participants|attended participants|host name|host email",
}
_FACT_OF = {name_key(name): fact for fact, names in _FACTS.items() for name in names.split("|")}

_LONGEST_COLUMN = 200
_SAMPLE = 200
_ADDRESS = re.compile(r"[^\s@]{1,100}@[^\s@]{1,200}")
_FEW = 3


def keys(columns: Sequence[str]) -> list[str]:
    """Return the names of columns as they are compared."""
    return [name_key(column) if len(column) <= _LONGEST_COLUMN else "" for column in columns]


def is_header(cells: Sequence[str]) -> bool:
    """Return whether two cells of a row are names of columns that we know."""
    found = keys(cells)
    return len({_ROLE_OF[key] for key in found if key in _ROLE_OF}) > 1 or is_fact_header(cells)


def is_fact_header(cells: Sequence[str]) -> bool:
    """Return whether a row is the header of what is said of the meeting, not of people."""
    facts = [_FACT_OF[key] for key in keys(cells) if key in _FACT_OF]
    return STARTS in facts and (TOPIC in facts or "" in facts)


def looks_like_header(cells: Sequence[str]) -> bool:
    """Return whether a row may be a header in a language that we do not know: short words, and none of them twice."""
    filled = [cell for cell in cells if cell]
    words = all(len(cell) <= _LONGEST_COLUMN and not (cell[0].isdigit() or "@" in cell) for cell in filled)
    return len(filled) >= _FEW and words and len(set(filled)) == len(filled)


def fact_of(column: str) -> str | None:
    """Return what a word says of the meeting (TOPIC, STARTS, ENDS, LENGTH), or None."""
    return _FACT_OF.get(name_key(column[:_LONGEST_COLUMN])) or None


def by_names(columns: Sequence[str]) -> dict[Role, int]:
    """Return where the columns stand whose names we know; the first of several counts."""
    found: dict[Role, int] = {}
    for place, key in enumerate(keys(columns)):
        if key in _ROLE_OF:
            found.setdefault(_ROLE_OF[key], place)
    return found


def by_contents(known: Mapping[Role, int], rows: Sequence[Sequence[str]]) -> dict[Role, int]:
    """Return where the columns stand, those whose names we do not know by what they hold and by their order.

    Programs write the name, the address, the moments of coming and going, and the minutes in this order everywhere.
    """
    found = dict(known)
    sample = rows[:_SAMPLE]
    columns = [[row[place] for row in sample if row[place]] for place in range(len(sample[0]) if sample else 0)]
    free = [place for place in range(len(columns)) if place not in found.values() and columns[place]]
    if Role.EMAIL not in found and (mails := [place for place in free if _mostly(columns[place], _is_address)]):
        found[Role.EMAIL] = mails[0]
    moments = [place for place in free if _mostly(columns[place], is_moment) and place not in found.values()]
    lengths = [place for place in free if place not in moments and _mostly(columns[place], _is_length)]
    _add_moments(found, moments, columns)
    if Role.MINUTES not in found and lengths and (Role.LEFT in found or _says_unit(columns[lengths[0]])):
        found[Role.MINUTES] = lengths[0]
    if not {Role.NAME, Role.FIRST, Role.LAST} & found.keys():
        taken = {*found.values(), *moments, *lengths}
        texts = [place for place in free if place not in taken and _mostly(columns[place], _is_name)]
        if texts:
            found[Role.NAME] = texts[0]
    if Role.AT in found and Role.ACTION not in found:
        words = [place for place in free if place not in found.values() and len(set(columns[place])) <= _FEW]
        found |= {Role.ACTION: words[0]} if words else {}
    return found


def _add_moments(found: dict[Role, int], moments: Sequence[int], columns: Sequence[Sequence[str]]) -> None:
    if {Role.JOINED, Role.LEFT, Role.AT, Role.REGISTERED} & found.keys() or not moments:
        return
    if len(moments) > 1:
        found |= {Role.JOINED: moments[0], Role.LEFT: moments[1]}
    # A list of events says of each that somebody came or left, in two words or three.
    elif any(len(set(cells)) <= _FEW < len(cells) and _mostly(cells, _is_name) for cells in columns):
        found[Role.AT] = moments[0]
    else:
        found[Role.JOINED] = moments[0]


def _mostly(cells: Sequence[str], test: Callable[[str], bool]) -> bool:
    return sum(map(bool, map(test, cells))) * 10 >= len(cells) * 7 > 0


def _is_address(cell: str) -> bool:
    return bool(_ADDRESS.fullmatch(cell))


def _is_length(cell: str) -> bool:
    return minutes(cell) is not None


def _is_name(cell: str) -> bool:
    return cell[0].isalpha() and not _is_length(cell)


def _says_unit(cells: Sequence[str]) -> bool:
    return all(not cell.replace(".", "").isdigit() for cell in cells)
