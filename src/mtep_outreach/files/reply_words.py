"""The English words that people accept, decline or leave open an invitation with, or ask for no more mail."""

import re

from ..vocabulary import LikelyAnswer

_LONGEST_SENTENCE = 400
_LONGEST_OPT_OUT = 200
_LONGEST_NAME = 4

_COME = (
    r"(attend(ing|ance)?|com(e|ing)|join(ing)?|mak(e|ing) (it|that|this|the)|participat(e|ing)|accept|go(ing)?"
    r"|take part|be(ing)? (there|present|in attendance|able to)|do (it|that))\b"
)
_WE = r"\b(i|we|they|he|she|(both|all) of us|[a-z]+ and i)( both| all)?"
_CANNOT = r"\b(can ?not|can't|cant|could not|couldn't|won't|will not|not going to|not planning to|not)"
_GLAD = r"\b(love|glad|happy|delighted|pleased|honou?red|excited|thrilled|eager|privileged|like|be able)"
_SURELY = r"(all |both |certainly |definitely |gladly |happily )*"

# Taken out before anything else is looked for: words that would be read as their opposite, or ask something.
_NO_ANSWER = re.compile(
    r"\bno (problem|worries|doubt|need|question)\b|\bnot only\b"
    r"|\b(thank(s| you)|grateful|appreciate).{0,30}\b(invit\w+|offer)"
    r"|\bas (i|we) (could|can)|\bif (you|there|anyone)\b[^.!?]*|\b(will|can|could|would|do|are) you\b[^.!?]*"
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*(?:\n(?=[a-z])[^.!?\n]+[.!?]*)*")
_CONDITION = re.compile(r"^(if|unless|should|whether|in case)\b|\?$")

_RULES: tuple[tuple[LikelyAnswer, tuple[str, ...]], ...] = (
    (
        LikelyAnswer.DECLINED,
        (
            r"\b(respectfully |regretfully |politely |sadly )?declin(e|ed|ing)\b",
            r"\b(have to|must|need to|will|going to) pass\b|\bpass on (this|it|the)\b",
            rf"{_CANNOT} (be able to )?{_COME}",
            rf"\b(unable|not able|won't be able|will not be able) to {_COME}",
            r"\bno,? thank(s| you)\b",
            r"\bnot (be )?(interested|available|free)\b",
            r"\b(will|have to|going to) miss (it|this|the)\b|\bsorry to miss\b",
            r"^\W*no\b(?=\W*$|\s*[,.!-])",
            r"\bregret(s|fully)?\b.{0,60}\b(not|unable|decline|can't|cannot)\b",
            r"\b(don't|do not|doesn't) (think|believe|expect)\b.{0,30}\b(can|will|would|'ll|be able)\b",
        ),
    ),
    (
        LikelyAnswer.TENTATIVE,
        (
            r"\b(maybe|perhaps|possibly|tentative(ly)?|pencill?ed)\b",
            r"\bnot (yet )?(sure|certain)\b",
            rf"{_WE} (might|may)\b( (not )?be able to)?( {_COME})?",
            r"\b(let you know|get back to you|be in touch|follow up with you|confirm (later|soon|next))\b",
            r"\b(check|look at|consult|see) (with )?(my|our|the) (calendar|schedule|dean|chair|team|colleagues?)\b",
            rf"\b(try|hope|hoping|aim|intend)(ing)? to {_COME}",
            r"\bdepend(s|ing)? on\b",
        ),
    ),
    (
        LikelyAnswer.ACCEPTED,
        (
            r"^\W*(yes|yep|yeah|absolutely|certainly|definitely|gladly|with pleasure)\b(?! ?\?)",
            r"\b(i|we|they|gladly|happily|hereby|happy to|pleased to|delighted to) accept\b",
            rf"{_GLAD} to (be able to )?{_COME}",
            rf"({_WE}|\b(i|we)) ?('ll|will|shall) (be )?{_SURELY}{_COME}",
            rf"{_WE} (can|am able to|are able to|plan to|are planning to|am planning to) {_SURELY}{_COME}",
            r"\b(i'll|we'll|i will|we will|i am|we are|i'm|we're) (there|coming|attending|joining|in(?= *$))\b",
            r"\bcount (me|us) in\b|\bsign (me|us) up\b|\bput (me|us) down\b",
            r"\bsee you (then|there|on|at|in|may|soon)\b",
            r"\blook(ing)? forward to (it|this|attending|joining|meeting|seeing|participating)\b",
            r"\blook(ing)? forward to the (session|meeting|event|call)\b",
            r"\bcan't wait to\b",
            r"\bplan(ning)? (to|on) (attend|join|com)",
        ),
    ),
)
_COMPILED = tuple((answer, tuple(re.compile(rule) for rule in rules)) for answer, rules in _RULES)
# "We would love to come, but": a wish, and not an answer.
_BUT = re.compile(rf"{_GLAD} to\b[^.!?]{{0,80}}\b(but|however|unfortunately)\b")

_GREETING = re.compile(r"^(hi|hello|hey|dear|good (morning|afternoon|day))\b[^,!\n]{0,40}[,!:]?\n", re.IGNORECASE)
_PLEASE = "(please|pls|kindly|thanks?( you)?|thx|immediately|now|asap|at once|me|us|all|and)"
_MAILS = "(e-?mails?|mail|messages?|letters?|invitations?|mailings?|lists?|contacts?|database)"
_OF_ALL = (
    f"( (from|off( of)?|to|of))?( (this|these|your|the|all|any|further|future|more|such|mailing|e-?mail))*( {_MAILS})?"
)
_ASKED = (
    "unsubscribe( (me|us))?",
    "(remove|delete|take|strike) (me|us|my (name|address|e-?mail( address)?)|this address)( (off|out))?",
    "opt( me)? out",
    "stop( (e-?mailing|contacting|writing|sending|mailing|spamming))?( (to )?(me|us))?",
    "(do not|don't|no longer|never) (contact|e-?mail|mail|write|send|message)( (to )?(me|us))?",
    "i (want|would like|wish) to (unsubscribe|opt out|be removed)",
    f"no more(?= {_MAILS})",
)
_OPT_OUT = re.compile(f"({_PLEASE} )*({'|'.join(_ASKED)}){_OF_ALL}( (again|any ?more|ever|{_PLEASE}))*")


def is_opt_out(text: str) -> bool:
    """Return whether a text asks for no more mail and for nothing else; a greeting and a name may stand around it."""
    plain = text.strip().replace("’", "'")
    if len(plain) > _LONGEST_OPT_OUT:
        return False
    lines = [line.strip() for line in _GREETING.sub("", plain).split("\n") if line.strip()]
    if len(lines) > 1 and _is_name(lines[-1]):
        lines.pop()
    said = re.sub(r"[^a-z' -]+", " ", " ".join(lines).lower())
    return bool(_OPT_OUT.fullmatch(" ".join(said.split())))


def _is_name(line: str) -> bool:
    """Return whether a line may be the name of who wrote: one to four words with capitals."""
    words = line.strip(" -–—,.").split()
    return 0 < len(words) <= _LONGEST_NAME and all(word[:1].isupper() for word in words)


def answers_in(text: str) -> list[tuple[LikelyAnswer, str]]:
    """Return what the sentences of a text seem to answer, each with the words that say so.

    Questions and conditions answer nothing.
    """
    found: list[tuple[LikelyAnswer, str]] = []
    for sentence in _SENTENCE.findall(text.replace("’", "'")):
        small = " ".join(sentence[:_LONGEST_SENTENCE].lower().split())
        if small and not _CONDITION.search(small):
            found.extend(_answers(_NO_ANSWER.sub(" ", small)))
    return found


def _answers(sentence: str) -> list[tuple[LikelyAnswer, str]]:
    found: dict[LikelyAnswer, str] = {}
    rest = sentence
    for answer, rules in _COMPILED:
        for rule in rules:
            match = rule.search(rest)
            if match:
                found.setdefault(answer, match[0].strip(" ,.-!"))
                # What was read as "cannot come" is not read as "come" once more.
                rest = f"{rest[: match.start()]} ; {rest[match.end() :]}"
    if LikelyAnswer.DECLINED in found and LikelyAnswer.ACCEPTED in found and _BUT.search(sentence):
        del found[LikelyAnswer.ACCEPTED]
    return list(found.items())
