"""The five example commitments of the "YOU Belong in STEM" announcement of December 7, 2022, as they were announced.

In words of our own, with the names and numbers of the announcement. What became of them since is not known here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ..vocabulary import CommitmentGoal, Period, Scope, Sector
from .amounts import MONEY
from .commitment_steps import CommitmentFacts
from .partners import PartnerFacts
from .promised_numbers import Promise

DAY = date(2022, 12, 7)
_END_OF_2025 = date(2025, 12, 31)


@dataclass(frozen=True)
class Announced:
    """An organization, and what it promised."""

    partner: PartnerFacts
    said: CommitmentFacts


def _national(name: str, sector: Sector) -> PartnerFacts:
    return PartnerFacts(name=name, scope=Scope.NATIONAL, sector=sector, public=True)


ANNOUNCED: Sequence[Announced] = (
    Announced(
        _national("Data Science for Everyone", Sector.NONPROFIT),
        CommitmentFacts(
            statement="Help 100 or more school districts to use federal funds for data science education, for about"
            " 200,000 students, Title I (~30 %) and rural (~30 %) communities first; begin working groups in 10 states"
            " to widen how teachers are trained for emerging technology; by 2025 begin a research and development"
            " campaign for students with disabilities and other learning differences.",
            measures=(
                Promise(100, "school districts"),
                Promise(200_000, "students"),
                Promise(10, "states with working groups"),
            ),
            due_on=_END_OF_2025,
            goal=CommitmentGoal.STUDENT_LEARNING,
            place="school districts; working groups in 10 states",
            people="Title I about 30 %, rural about 30 %",
            public=True,
        ),
    ),
    Announced(
        _national("DiscoverE", Sector.NONPROFIT),
        CommitmentFacts(
            statement="Make 10 million K-12 engineering experiences, 5 million of them for girls and underrepresented"
            " students.",
            measures=(
                Promise(10_000_000, "K-12 engineering experiences"),
                Promise(5_000_000, "K-12 engineering experiences for girls and underrepresented students"),
            ),
            goal=CommitmentGoal.STUDENT_LEARNING,
            people="half for girls and underrepresented students",
            public=True,
        ),
    ),
    Announced(
        PartnerFacts(
            name="New York Hall of Science", scope=Scope.LOCAL, sector=Sector.COMMUNITY, state="NY", public=True
        ),
        CommitmentFacts(
            statement="Each year welcome over 300 three- and four-year-olds of Corona, Queens, to its preschool and"
            " PreK program on STEM, a part of its STEM Equity Initiative.",
            measures=(Promise(300, "three- and four-year-olds", Period.YEAR),),
            goal=CommitmentGoal.STUDENT_LEARNING,
            place="Corona, Queens, New York",
            public=True,
        ),
    ),
    Announced(
        _national("Smithsonian Science Education Center", Sector.NONPROFIT),
        CommitmentFacts(
            statement="Train over 100 K-12 STEM educators in Universal Design for Learning and in culturally based"
            " teaching; support 20 education entities, representing over 10,000 STEM teachers, towards a diverse"
            " profession.",
            measures=(
                Promise(100, "K-12 STEM educators"),
                Promise(20, "education entities"),
                Promise(10_000, "STEM teachers represented"),
            ),
            goal=CommitmentGoal.EDUCATOR_DEVELOPMENT,
            public=True,
        ),
    ),
    Announced(
        _national("STEM Next Opportunity Fund", Sector.PHILANTHROPY),
        CommitmentFacts(
            statement="Invest $1.5 million more a year through 2025, on top of $4 million planned, so that Million"
            " Girls Moonshot partners reach local and regional STEM intermediaries and youth organizations; by 2025"
            " invest $8 million in a research agenda on what out-of-school time does for belonging in STEM.",
            measures=(Promise(1_500_000, MONEY, Period.YEAR), Promise(8_000_000, MONEY)),
            due_on=_END_OF_2025,
            goal=CommitmentGoal.FUNDING,
            people="youth in out-of-school programs",
            public=True,
        ),
    ),
)
