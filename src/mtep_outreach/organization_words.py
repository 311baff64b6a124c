"""What the words of organizations' names mean: abbreviations, states, legal forms, and which of them tell little."""

from .places import CODES, state_name


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text, for tables of many words."""
    return frozenset(text.split())


JOINING = frozenset(["of", "at", "and", "in", "for", "on", "to", "the", "an", "y", "de", "del", "by", "with"])
"""Words that tell no two names apart."""

LEGAL_FORMS = word_set(
    "inc incorporated llc ltd limited corp corporation plc lp llp pllc nfp gmbh ag aktiengesellschaft sa bv nv "
    "spa srl kg ab oy pty jsc ojsc oao ooo co company"
)
"""Legal forms at the end of a name; "Co" in front of another word is a county."""

_ABBREVIATIONS = {
    "university": "univ univer universitys",
    "college": "coll colleges colege",
    "association": "assoc assn asso associations",
    "society": "soc societies",
    "department": "dept dpt departments",
    "institute": "inst institut institution institutes institutions",
    "national": "natl nat",
    "international": "intl internat",
    "american": "amer",
    "school": "sch schl schools",
    "district": "dist distr districts",
    "elementary": "elem",
    "center": "ctr cntr centre centers centres",
    "academy": "acad",
    "community": "comm cmty comty",
    "foundation": "fdn fndn foundations",
    "council": "cncl councils",
    "education": "educ ed edu educational",
    "educator": "educators",
    "teacher": "teachers",
    "mathematics": "math maths mathematic mathematical",
    "science": "sci sciences scis",
    "tech": "technology technical technological technologies technol",
    "engineering": "engr engrg",
    "medical": "med",
    "hospital": "hosp",
    "service": "svc svcs services serv",
    "system": "sys systems",
    "saint": "ste saints sts",
    "mount": "mt",
    "fort": "ft",
    "junior": "jr",
    "senior": "sr",
    "government": "govt",
    "administration": "admin",
    "management": "mgmt",
    "board": "bd",
    "agricultural": "agr agri agric agriculture",
    "mechanical": "mech",
    "polytechnic": "polytech poly",
    "health": "hlth",
    "program": "programs programme",
    "preparatory": "prep",
    "theological": "theol",
    "southwest": "sw",
    "northwest": "nw",
    "southeast": "se",
    "township": "twp",
    "county": "cnty",
    "library": "libraries",
    "museum": "museums mus",
    "brothers": "bros",
    "organization": "org organisation organizations organisations",
    "development": "dev devel",
    "cooperative": "coop",
    "metropolitan": "metro",
    "1": "first 1st",
    "2": "second 2nd",
    "3": "third 3rd",
    "4": "fourth 4th",
    "5": "fifth 5th",
}

_LONGER = {
    "isd": "independent school district",
    "cisd": "consolidated independent school district",
    "usd": "unified school district",
    "unc": "university northcarolina",
    "umass": "university massachusetts",
    "uconn": "university connecticut",
    "caltech": "california institute tech",
    "lsu": "louisiana state university",
    "ucla": "university california los angeles",
    "usa": "unitedstates",
    "us": "unitedstates",
    "pta": "parent teacher association",
}

_STATES_SHORT = {
    "ala": "AL",
    "ariz": "AZ",
    "ark": "AR",
    "calif": "CA",
    "cal": "CA",
    "colo": "CO",
    "conn": "CT",
    "fla": "FL",
    "ill": "IL",
    "ind": "IN",
    "kans": "KS",
    "mass": "MA",
    "mich": "MI",
    "minn": "MN",
    "mont": "MT",
    "nebr": "NE",
    "neb": "NE",
    "nev": "NV",
    "okla": "OK",
    "oreg": "OR",
    "ore": "OR",
    "penna": "PA",
    "tenn": "TN",
    "tex": "TX",
    "wash": "WA",
    "wis": "WI",
    "wisc": "WI",
    "wyo": "WY",
    "nc": "NC",
    "nj": "NJ",
    "nm": "NM",
    "ny": "NY",
    "nh": "NH",
    "wv": "WV",
}


def _name_words(code: str) -> list[str]:
    return [word for word in state_name(code).lower().replace(".", "").split() if word not in JOINING]


CODE_WORDS: dict[str, str] = {code.lower(): "".join(_name_words(code)) for code in CODES}
"""The code of a state in small letters: its name as one word ("nc": "northcarolina")."""

STATE_CODES: dict[str, str] = {word: code.upper() for code, word in CODE_WORDS.items()}
"""The name of a state as one word: its code."""

STATE_INITIALS: dict[str, str] = {
    "".join(words): "".join(word[0] for word in words) for words in map(_name_words, CODES)
} | {"unitedstates": "us", "suny": "suny", "cuny": "cuny"}
"""What a state's name gives to an acronym."""


def _pairs() -> dict[tuple[str, str], str]:
    """Return the pairs of words that are one."""
    whole = [(words[0], words[1], "".join(words)) for words in map(_name_words, CODES) if len(words) == 2]  # noqa: PLR2004
    found = {(first, second): word for first, second, word in whole}
    for first, second, word in whole:
        if first in {"north", "south", "west", "new", "rhode"}:
            found[first[0], second] = found[first[0], second[0]] = word
    for side in ("north", "south"):
        found |= {(side[:2], second): side + second for second in ("carolina", "dakota")}
    return found | {
        ("united", "states"): "unitedstates",
        ("u", "s"): "unitedstates",
        ("d", "c"): "districtcolumbia",
        ("w", "va"): "westvirginia",
        ("penn", "state"): "pennsylvania state university",
        ("cal", "state"): "california state university",
        ("cal", "poly"): "california polytechnic state university",
        ("miss", "state"): "mississippi state",
        **{("de", second): "de" + second for second in ("paul", "pauw", "kalb", "soto", "witt")},
        ("virginia", "tech"): "virginia polytechnic institute state university",
        ("georgia", "tech"): "georgia institute tech",
        ("ole", "miss"): "university mississippi",
        ("post", "secondary"): "postsecondary",
        ("co", "op"): "cooperative",
        ("kinder", "garten"): "kindergarten",
    }


PAIRS: dict[tuple[str, str], str] = _pairs()
"""Two words beside each other that are one (or, for "Penn State", two others)."""

PAIR_BEGINNINGS = frozenset(first for first, _ in PAIRS)

MEANINGS: dict[str, tuple[str, ...]] = (
    {short: (word,) for word, shorts in _ABBREVIATIONS.items() for short in shorts.split()}
    | {short: tuple(words.split()) for short, words in _LONGER.items()}
    | {short: (CODE_WORDS[code.lower()],) for short, code in _STATES_SHORT.items()}
)
"""What a word stands for, wherever it stands."""

SHORT_FORMS: dict[tuple[str, ...], str] = {
    ("state", "university", "newyork"): "suny",
    ("city", "university", "newyork"): "cuny",
    ("agricultural", "mechanical"): "am",
    ("agricultural", "tech"): "at",
}
"""Words that are better known by a short form."""

SYSTEMS = frozenset(["suny", "cuny"])
"""Systems whose name stands before or behind that of each of their campuses."""

SEATS = {
    "arizona state university": ("tempe", "campus immersion"),
    "colorado state university": ("fort collins",),
    "columbia university": ("city newyork",),
    "indiana university": ("bloomington",),
    "iowa state university": ("science tech",),
    "kent state university": ("kent",),
    "louisiana state university": ("baton rouge", "am college"),
    "miami university": ("oxford",),
    "montana state university": ("bozeman",),
    "northcarolina state university": ("raleigh",),
    "ohio state university": ("columbus",),
    "pennsylvania state university": ("university park",),
    "purdue university": ("west lafayette",),
    "rutgers university": ("new brunswick",),
    "southern illinois university": ("carbondale",),
    "texas am university": ("college station",),
    "university alabama": ("tuscaloosa",),
    "university alaska": ("fairbanks",),
    "university arkansas": ("fayetteville",),
    "university colorado": ("boulder",),
    "university hawaii": ("manoa",),
    "university houston": ("houston",),
    "university illinois": ("urbana champaign",),
    "university maine": ("orono",),
    "university maryland": ("college park",),
    "university massachusetts": ("amherst",),
    "university michigan": ("ann arbor",),
    "university minnesota": ("twin cities",),
    "university missouri": ("columbia",),
    "university nebraska": ("lincoln",),
    "university nevada": ("reno",),
    "university northcarolina": ("chapel hill",),
    "university oklahoma": ("norman",),
    "university pittsburgh": ("pittsburgh",),
    "university southcarolina": ("columbia",),
    "university tennessee": ("knoxville",),
    "university virginia": ("charlottesville",),
    "university washington": ("seattle",),
    "university wisconsin": ("madison",),
}
"""What a list adds to a name that, alone, means the main campus. Texas and California have none."""

KINDS = word_set(
    "university college institute academy school seminary conservatory center district association society "
    "council department foundation league federation alliance church club library museum hospital board agency "
    "office committee commission consortium"
)
"""What an organization is: two names that differ in this alone are two organizations."""

COMMON = KINDS | word_set(
    "state city county community public area high elementary middle junior senior suny cuny independent unified "
    "consolidated national american international regional local education system program tech unitedstates "
    "central campus main service health township chapter group career beauty arts art science medical nursing "
    "training union free borough parish corporation village exempted fund trust municipal care employee employees "
    "scholarship memorial cosmetology hair design massage charter north south east west new house home street "
    "learning child teacher"
)
"""Words so usual in names that they help little to look one up."""

NOT_TELLING = COMMON | STATE_CODES.keys()
"""Words that do not tell which organization it is, unless there is nothing else."""
