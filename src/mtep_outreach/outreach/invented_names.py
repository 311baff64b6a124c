"""Invented organizations: each called "Sample ...", with a scope, a sector, a state and council roles that fit."""

import random
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from ..places import COUNTED, state_name
from ..vocabulary import CouncilRole, Scope, Sector
from .partners import PartnerFacts

MOST = 10_000
"""So many have names of their own."""

_SCOPES = {Scope.NATIONAL: 25, Scope.STATE: 40, Scope.LOCAL: 35}
_SECTORS: Mapping[Scope, Mapping[Sector, int]] = {
    Scope.NATIONAL: {
        Sector.PROFESSIONAL: 35, Sector.NONPROFIT: 25, Sector.PHILANTHROPY: 12, Sector.INDUSTRY: 16,
        Sector.COMMUNITY: 12,
    },
    Scope.STATE: {
        Sector.GOVERNMENT: 25, Sector.PROFESSIONAL: 25, Sector.HIGHER_EDUCATION: 22, Sector.NONPROFIT: 18,
        Sector.COMMUNITY: 10,
    },
    Scope.LOCAL: {Sector.K12: 35, Sector.HIGHER_EDUCATION: 25, Sector.COMMUNITY: 22, Sector.INDUSTRY: 18},
}  # fmt: skip

_KINDS: Mapping[tuple[Scope, Sector], str] = {
    (Scope.NATIONAL, Sector.PROFESSIONAL): "Association for|Society for|Academy of|Council on|League for",
    (Scope.NATIONAL, Sector.NONPROFIT): "Alliance for|Institute for|Project for|Partnership for",
    (Scope.NATIONAL, Sector.PHILANTHROPY): "Foundation for|Fund for",
    (Scope.NATIONAL, Sector.INDUSTRY): "Industry Council on|Business Roundtable for|Company Network for",
    (Scope.NATIONAL, Sector.COMMUNITY): "Federation for|Union of Families for",
    (
        Scope.STATE,
        Sector.GOVERNMENT,
    ): "Department of Education|Office of Teacher Licensure|STEM Agency|Board of Schools",
    (Scope.STATE, Sector.PROFESSIONAL): "Council of Mathematics Teachers|Association of Supervisors|Coaches' League|"
    "Statistics Teachers' Society",
    (Scope.STATE, Sector.HIGHER_EDUCATION): "University System|Technical College System|Mathematics Project",
    (Scope.STATE, Sector.NONPROFIT): "STEM Center|Teaching Residency|Mathematics Initiative",
    (Scope.STATE, Sector.COMMUNITY): "Parent Congress|Library Network|Youth Clubs",
    (Scope.LOCAL, Sector.K12): "City Schools|County Schools|Unified District|Charter School",
    (Scope.LOCAL, Sector.HIGHER_EDUCATION): "Community College|State College|Teachers College",
    (Scope.LOCAL, Sector.COMMUNITY): "Museum of Numbers|Public Library|Families for Mathematics",
    (Scope.LOCAL, Sector.INDUSTRY): "Chamber of Commerce|Robotics Works|Instrument Company",
}
_SUBJECTS = (
    "Algebra", "Applied Mathematics", "Calculus", "Coding", "Data Science", "Discrete Mathematics", "Engineering",
    "Financial Mathematics", "Geometry", "Mathematical Modeling", "Mathematics History", "Measurement", "Number Sense",
    "Probability", "Quantitative Reasoning", "Statistics", "STEM Teaching", "Teacher Preparation",
    "Teacher Residencies", "Trigonometry",
)  # fmt: skip
_AUDIENCES = (
    "", " in Rural Schools", " in Middle Grades", " in Two-Year Colleges", " in Large Cities", " on Tribal Lands",
    " in Early Grades", " after School", " in Career Schools", " Online", " in Small Schools", " in High Schools",
    " for Girls", " in Summer",
)  # fmt: skip
_HOMES = (
    "AL",
    "CA",
    "CO",
    "FL",
    "GA",
    "IL",
    "MD",
    "ME",
    "MI",
    "MN",
    "NC",
    "NE",
    "NM",
    "NY",
    "OH",
    "OR",
    "PA",
    "PR",
    "RI",
    "TN",
    "TX",
    "VA",
    "WI",
)
"""Where most of them are."""

_REGIONS = ("", "Northern ", "Southern ", "Eastern ", "Western ", "Central ", "Upper ", "Lower ")
_FIRST = (
    "Alder", "Birch", "Cedar", "Chestnut", "Clear", "Cotton", "Eagle", "East", "Elm", "Fair", "Falcon", "Glen",
    "Granite", "Green", "Hazel", "Heron", "Juniper", "Lake", "Laurel", "Maple", "Meadow", "Mill", "North", "Oak",
    "Pebble", "Pine", "Prairie", "Quarry", "Red", "River", "Sage", "Silver", "South", "Spring", "Stone", "Walnut",
    "West", "Willow",
)  # fmt: skip
_LAST = ("brook", "burg", "dale", "field", "ford", "grove", "haven", "hill", "mont", "port", "ridge", "side", "ton",
         "vale", "view", "ville", "wick", "wood")  # fmt: skip

_ROLES: Mapping[Sector, Mapping[CouncilRole, float]] = {
    Sector.PROFESSIONAL: {CouncilRole.MATHEMATICS_TEACHER_EDUCATORS: 0.5},
    Sector.HIGHER_EDUCATION: {
        CouncilRole.MATHEMATICS_FACULTY: 0.5, CouncilRole.MATHEMATICS_TEACHER_EDUCATORS: 0.3,
        CouncilRole.EDUCATION_FACULTY: 0.25, CouncilRole.OTHER_FACULTY: 0.02,
    },
    Sector.K12: {CouncilRole.SCHOOL_PERSONNEL: 0.7},
    Sector.GOVERNMENT: {CouncilRole.SCHOOL_PERSONNEL: 0.15},
    Sector.COMMUNITY: {CouncilRole.FAMILIES_AND_COMMUNITY: 0.5},
    Sector.INDUSTRY: {CouncilRole.BUSINESS_AND_INDUSTRY: 0.5},
}  # fmt: skip
"""How likely an organization of a sector has a role in the council."""


def organizations(dice: random.Random) -> Iterator[PartnerFacts]:
    """Yield invented organizations, at most MOST, each with a name of its own."""
    names = {kind: _names(dice, kind[0], texts.split("|")) for kind, texts in _KINDS.items()}
    for _ in range(MOST):
        (scope,) = dice.choices(list(_SCOPES), list(_SCOPES.values()))
        (sector,) = dice.choices(list(_SECTORS[scope]), list(_SECTORS[scope].values()))
        name, state = next(names[scope, sector])
        roles = [role for role, likely in _ROLES.get(sector, {}).items() if dice.random() < likely]
        yield PartnerFacts(name=f"Sample {name}", scope=scope, sector=sector, state=state, council_roles=roles)


def _names(dice: random.Random, scope: Scope, kinds: list[str]) -> Iterator[tuple[str, str | None]]:
    """Yield names and states of one scope and sector: the plain names first, then those that tell more apart."""
    if scope is Scope.LOCAL:
        towns = [first + last for first, last in product(_FIRST, _LAST)]
        for kind, town in _shuffled(dice, kinds, towns):
            yield f"{kind}, {town}", dice.choice(_HOMES if dice.random() < 0.8 else COUNTED)  # noqa: PLR2004
    elif scope is Scope.STATE:
        others = [state for state in COUNTED if state not in _HOMES]
        for region, states in product(_REGIONS, (_HOMES, others)):
            for kind, state in _shuffled(dice, kinds, states):
                yield f"{kind}, {region}{state_name(state)}", state
    else:
        for audience in _AUDIENCES:
            for kind, subject in _shuffled(dice, kinds, _SUBJECTS):
                yield f"{kind} {subject}{audience}", None


def _shuffled(dice: random.Random, first: Iterable[str], second: Iterable[str]) -> list[tuple[str, str]]:
    found = list(product(first, second))
    dice.shuffle(found)
    return found
