"""How well the duplicates of lists with known truth are found, beside two peers, and how the time grows.

The gold sets are not part of this repository: say their folder with --gold or in MTEP_TEST_DATA.
"""

import argparse
import csv
import os
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from pathlib import Path

from costs import print_columns

from mtep_outreach.names import name_key
from mtep_outreach.outreach.likeness import DOUBTFUL, Organization, likely_pairs

OWN = Path(__file__).parent / "data" / "us_institutions.csv"
SIZES = (1_000, 10_000, 100_000)
Pairs = set[tuple[int, int]]
Finder = Callable[[Sequence[Organization]], Pairs]


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _together(groups: Iterable[Sequence[int]]) -> Pairs:
    return {_pair(one, other) for group in groups for one, other in combinations(group, 2)}


def _grouped(keys: Iterable[object]) -> Pairs:
    groups: dict[object, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        groups[key].append(number)
    return _together(groups.values())


def by_mtep(organizations: Sequence[Organization]) -> Pairs:
    """Return what mtep would ask about."""
    return {_pair(one, other) for one, other, _ in likely_pairs(organizations)}


def by_equal_names(organizations: Sequence[Organization]) -> Pairs:
    """Return the pairs that are equal after normalizing, within a state."""
    return _grouped((name_key(one.names[0]), one.state) for one in organizations)


def by_token_ratio(organizations: Sequence[Organization]) -> Pairs:
    """Return the pairs within a state whose names have a token ratio of 90 or more: all pairs are compared."""
    from rapidfuzz import fuzz, process

    states: dict[str | None, list[Organization]] = defaultdict(list)
    for one in organizations:
        states[one.state].append(one)
    found = set()
    for members in states.values():
        keys = [name_key(one.names[0]) for one in members]
        for place, key in enumerate(keys[:-1]):
            near = process.extract(key, keys[place + 1 :], scorer=fuzz.token_sort_ratio, score_cutoff=90, limit=None)
            found |= {_pair(members[place].number, members[place + 1 + each[2]].number) for each in near}
    return found


FINDERS: dict[str, Finder] = {
    "mtep": by_mtep,
    "equal after normalizing": by_equal_names,
    "token_sort_ratio >= 90": by_token_ratio,
}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def us_institutions(*, names_only: bool) -> tuple[list[Organization], Pairs]:
    """Return the repository's own list of institutions that are easily taken for each other."""
    rows = _rows(OWN)
    made = [
        Organization(
            number=number,
            names=(row["name"],),
            state=row["state"],
            city=None if names_only else row["city"] or None,
            website=None if names_only else row["website"] or None,
        )
        for number, row in enumerate(rows)
    ]
    return made, _grouped(row["institution"] for row in rows)


def chicago(folder: Path) -> tuple[list[Organization], Pairs]:
    """Return child-care sites of ten lists; one site is one street address."""
    rows = _rows(folder / "early_childhood_chicago_true_ids.csv")
    made = [
        Organization(
            number=number,
            names=(" ".join(row["Site name"].split()),),
            address=row["Address"] or None,
            postal_code=row["Zip"] or None,
            phone=row["Phone"] or None,
            website=row["Website"] or None,
        )
        for number, row in enumerate(rows)
    ]
    return made, _grouped(row["True Id"] for row in rows)


def affiliations(folder: Path) -> tuple[list[Organization], Pairs]:
    """Return the affiliations of authors all over the world: departments, addresses and all in one text."""
    with (folder / "leipzig_affiliations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    place = {row[0]: number for number, row in enumerate(rows)}
    pairs = _rows(folder / "leipzig_affiliations_pairs.csv")
    true = {_pair(place[pair["id_a"]], place[pair["id_b"]]) for pair in pairs if pair["id_a"] != pair["id_b"]}
    return [Organization(number, (row[1],)) for number, row in enumerate(rows)], true


def labelled(folder: Path) -> tuple[list[Organization], Pairs]:
    """Return pairs of names of companies, each pair by itself (in a state of its own)."""
    made = []
    true = set()
    for number, row in enumerate(_rows(folder / "name_pairs_labelled_a.csv")):
        made += [
            Organization(2 * number + which, (row[name],), state=f"#{number}")
            for which, name in enumerate(("name1", "name2"))
        ]
        if row["is_match"] == "true":
            true.add((2 * number, 2 * number + 1))
    return made, true


def measure(title: str, organizations: Sequence[Organization], true: Pairs) -> list[list[str]]:
    """Return one row of figures for mtep and each peer."""
    rows = []
    for name, finder in FINDERS.items():
        begin = time.perf_counter()
        found = finder(organizations)
        took = time.perf_counter() - begin
        right = len(found & true)
        precision, recall = right / max(len(found), 1), right / max(len(true), 1)
        both = 2 * precision * recall / max(precision + recall, 1e-9)
        figures = [f"{precision:.3f}", f"{recall:.3f}", f"{both:.3f}", f"{took:.1f}"]
        rows.append([title, f"{len(organizations):,}", f"{len(true):,}", name, *figures])
    return rows


SYLLABLES = re.findall("..", "bacadefogahijukelamonapirosatuvewixoyuzabredorilonem")
ONE_IN = 20
KINDS: tuple[str, ...] = (
    "{} University",
    "University of {}",
    "{} Community College",
    "{} School District",
    "{} Association of Teachers",
)
KINDS += ("{} Elementary School", "{} Museum of Science", "{} County Public Schools", "{} Foundation", "Friends of {}")


def invented(size: int) -> list[Organization]:
    """Return invented organizations, of which every twentieth is in the list a second time, spelt another way."""
    chance = random.Random(7)  # noqa: S311
    made: list[Organization] = []
    while len(made) < size:
        name = chance.choice(KINDS).format(" ".join(_town(chance) for _ in range(chance.choice((1, 1, 2)))))
        state = chance.choice(("AL", "CA", "GA", "IL", "NC", "NY", "OH", "TX"))
        made.append(Organization(len(made), (name,), state=state, website=f"https://www.host{len(made)}.org"))
        if len(made) % ONE_IN == 0 and len(made) < size:
            made.append(Organization(len(made), (name.replace("University", "Univ.").upper(),), state=state))
    return made


def _town(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.choice((3, 4)))).capitalize()


def speed(sizes: Iterable[int]) -> list[list[str]]:
    """Return seconds and microseconds an organization for lists of these sizes: the same means linear."""
    rows = [["organizations", "seconds", "microseconds each", "pairs"]]
    for size in sizes:
        made = invented(size)
        begin = time.perf_counter()
        found = likely_pairs(made)
        took = time.perf_counter() - begin
        rows.append([f"{size:,}", f"{took:.1f}", f"{took / size * 1e6:.0f}", f"{len(found):,}"])
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--gold", type=Path, default=os.environ.get("MTEP_TEST_DATA"), help="the folder of the gold sets"
    )
    parser.add_argument(
        "--sizes", type=int, nargs="*", default=SIZES, help="how many organizations (default: 1000 10000 100000)"
    )
    arguments = parser.parse_args()
    table = measure("US institutions, names and states", *us_institutions(names_only=True))
    table += measure("US institutions, city and web too", *us_institutions(names_only=False))
    folder = arguments.gold and next(
        (each for each in (arguments.gold / "dupes", arguments.gold) if each.is_dir()), None
    )
    if folder:
        for title, gold in (
            ("Chicago child care", chicago),
            ("affiliations", affiliations),
            ("company names", labelled),
        ):
            table += measure(title, *gold(folder))
    print(f"Pairs found at the threshold {DOUBTFUL}\n")
    print_columns([["list", "rows", "true pairs", "by", "precision", "recall", "F1", "s"], *table])
    if not folder:
        print("\nThe other gold sets are skipped: --gold or MTEP_TEST_DATA does not name a folder that exists.")
    print("\nTime for invented lists\n")
    print_columns(speed(arguments.sizes))


if __name__ == "__main__":
    main()
