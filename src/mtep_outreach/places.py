"""The states and territories of the United States, by the names people give them."""

import difflib
import re
import unicodedata

from .errors import UnknownStateError

# USPS code: name, then the usual abbreviations (Associated Press, the older postal ones, what forms show).
_STATES: dict[str, tuple[str, ...]] = {
    "AL": ("Alabama", "Ala"),
    "AK": ("Alaska", "Alas"),
    "AZ": ("Arizona", "Ariz"),
    "AR": ("Arkansas", "Ark"),
    "CA": ("California", "Calif", "Cal"),
    "CO": ("Colorado", "Colo", "Col"),
    "CT": ("Connecticut", "Conn"),
    "DE": ("Delaware", "Del"),
    "DC": ("District of Columbia", "Washington DC", "Washington D C", "D C", "Wash DC"),
    "FL": ("Florida", "Fla", "Flor"),
    "GA": ("Georgia",),
    "HI": ("Hawaii", "Hawai i"),
    "ID": ("Idaho", "Ida"),
    "IL": ("Illinois", "Ill", "Ills"),
    "IN": ("Indiana", "Ind"),
    "IA": ("Iowa", "Ioa"),
    "KS": ("Kansas", "Kans", "Kan"),
    "KY": ("Kentucky", "Ken", "Kent"),
    "LA": ("Louisiana",),
    "ME": ("Maine",),
    "MD": ("Maryland", "Mar"),
    "MA": ("Massachusetts", "Mass"),
    "MI": ("Michigan", "Mich"),
    "MN": ("Minnesota", "Minn"),
    "MS": ("Mississippi", "Miss"),
    "MO": ("Missouri",),
    "MT": ("Montana", "Mont"),
    "NE": ("Nebraska", "Nebr", "Neb"),
    "NV": ("Nevada", "Nev"),
    "NH": ("New Hampshire", "N Hampshire", "N H"),
    "NJ": ("New Jersey", "N Jersey", "N J"),
    "NM": ("New Mexico", "N Mexico", "N Mex", "N M", "New M"),
    "NY": ("New York", "N York", "N Y", "New York State"),
    "NC": ("North Carolina", "N Carolina", "N Car", "N C", "No Carolina"),
    "ND": ("North Dakota", "N Dakota", "N Dak", "N D", "No Dakota", "NoDak"),
    "OH": ("Ohio",),
    "OK": ("Oklahoma", "Okla"),
    "OR": ("Oregon", "Ore", "Oreg"),
    "PA": ("Pennsylvania", "Penn", "Penna"),
    "RI": ("Rhode Island", "R Island", "R I"),
    "SC": ("South Carolina", "S Carolina", "S Car", "S C", "So Carolina"),
    "SD": ("South Dakota", "S Dakota", "S Dak", "S D", "So Dakota", "SoDak"),
    "TN": ("Tennessee", "Tenn"),
    "TX": ("Texas", "Tex"),
    "UT": ("Utah",),
    "VT": ("Vermont", "Verm"),
    "VA": ("Virginia", "Virg"),
    "WA": ("Washington", "Wash", "Washington State"),
    "WV": ("West Virginia", "W Virginia", "W Va", "W Virg", "W V"),
    "WI": ("Wisconsin", "Wis", "Wisc"),
    "WY": ("Wyoming", "Wyo"),
    "AS": ("American Samoa",),
    "GU": ("Guam",),
    "MP": ("Northern Mariana Islands", "N Mariana Islands", "CNMI"),
    "PR": ("Puerto Rico", "P R"),
    "VI": ("U.S. Virgin Islands", "Virgin Islands", "US Virgin Islands", "USVI", "V I"),
    "FM": ("Federated States of Micronesia", "Micronesia"),
    "MH": ("Marshall Islands", "Republic of the Marshall Islands"),
    "PW": ("Palau", "Republic of Palau"),
}

CODES: tuple[str, ...] = tuple(_STATES)
"""Every USPS code: 50 states, DC, 5 territories and 3 freely associated states."""

_ASSOCIATED = ("FM", "MH", "PW")

COUNTED: tuple[str, ...] = tuple(sorted(code for code in CODES if code not in _ASSOCIATED))
"""What a report may call missing: the 50 states, DC and the 5 territories of the United States."""


def _key(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


_CODE_OF = {_key(word): code for code, words in _STATES.items() for word in (code, *words)}


def state_name(code: str) -> str:
    """Return the full name of a USPS code."""
    return _STATES[code][0]


def state_code(text: str) -> str:
    """Return the USPS code for a code, a full name or a usual abbreviation, in any letter case.

    A city before it, as in "Auburn, Ala.", is passed over. Raises UnknownStateError for anything else.
    """
    whole = re.sub(r"[ ,]+(u\.?s\.?a\.?|\d{5}(-\d{4})?)$", "", text.strip(), flags=re.IGNORECASE)
    key = _key(whole.rpartition(",")[2])
    for attempt in (_key(whole), key, re.sub(r"^(the )?(state|commonwealth) of ", "", key), key.removeprefix("the ")):
        if attempt in _CODE_OF:
            return _CODE_OF[attempt]
    near = difflib.get_close_matches(key, _CODE_OF, n=3, cutoff=0.75)
    raise UnknownStateError(text, list(dict.fromkeys(state_name(_CODE_OF[word]) for word in near)))
