"""Rules on when and on what one may be on social media at work: they turn on time and device, both sides of each."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from knowledge.importing.circumstances import asked
from knowledge.importing.grammar import OPPOSITE, data, pattern
from knowledge.importing.statements import Statement
from knowledge.model import Force

_USE: Final = pattern(
    r"\b(?:access\w*|us(?:e|es|ed|ing|age)|brows\w+|open(?:ed|ing)?|look(?:ing)? at|check\w*|visit\w*|"
    r"log\w* (?:in|on)\w*|on social (?:media|network\w*)|go(?:ing)? on(?:to)?|blogging|"
    r"be(?:ing)? on (?:their|your|a|the) (?:\w+ )?(?:phones?|mobiles?)|"
    r"social networking(?! sites?| web| polic))\b"
)
_WHAT: Final = pattern(
    r"<media>|\b(?:personal|private|own|social) (?:\w+ )?(?:use|usage|purposes?|access)|"
    r"\b(?:personal|private|own) (?:messages|e-?mails?|texts)|phones?|mobiles?|telephones?|"
    r"computers?|devices?|equipment|facilities|laptops?|such media|feeds?|machines?"
)
_NOT: Final = pattern(
    r"privacy settings|on behalf|official (?!break)|\bai tool|chatgpt|wikipedia|encyclop|copyright|"
    r"e-?mail address|monitor|logged|inspect|own account|"
    r"personal accounts? (?:for|when)|security|express personal|to bully|to exclude|to attack|in any way to|"
    r"for (?:the )?school|discontinue|personal gain|their own equipment outside|private life|social media history"
)
_SCHOOL: Final = pattern(
    r"(?<!non-)(?<!non )(?:<body>|our)(?:[’]s|-owned| owned)?(?:[’] )? ?(?:and/?o?r? )?(?:council[’]s )?(?:\w+ )?"
    r"(?:computers?|devices?|equipment|machines?|laptops?|tablets?|network|facilities|ict|systems|"
    r"internet|wi-?fi|phones?|telephones?)|\b(?:office|work|ict|classroom) "
    r"(?:computers?|facilities|devices?|equipment|laptops?|phones?)|school[’]s equipment"
)
_OWN: Final = pattern(
    r"\bnon-?(?:pre-?)?(?:school|work) (?:equipment|devices?|computers?)|"
    r"\b(?:own|personal|private|mobile|your)\b (?:\w+ )?(?:computers?|devices?|equipment|phones?|telephones?|mobiles?)|"
    r"such devices|mobile phones?|smart ?watch"
)
_PHONE: Final = pattern(r"phones?|telephones?|mobiles?\b|smart ?watch\w*|such devices|(?:personal|private) devices")
_BREAK: Final = pattern(
    r"\b<break>\b|(?:staff|common) ?rooms?\b|staff areas?\b|away from (?:the )?<pupil>|at dinner time|free time|"
    r"(?:at|all) other times|not teaching|non-?(?:teaching|contact) (?:time|periods?|hours)|free periods?"
)
_OUTSIDE: Final = pattern(
    r"before (?:and|or|/) ?after|outside (?:of )?(?:their |your |normal )*(?:working|work|contracted|school)|"
    r"(?:after|before) (?:and after )?(?:their |your )?(?:work|hours|normal|school)|(?:own|personal|spare) time|"
    r"(?:at|all) other times"
)
_WORKING: Final = pattern(r"\b<hours>\b|between \d+[.:]?\d* ?(?:am|a\.m\.)?\b.{0,12}\d+|school[’]s time")
_OFF: Final = pattern(
    r"(?:before|after|outside)(?: (?:and|or) (?:before|after))?(?: of)? (?:their |your |normal |the )*<hours>"
)
"""Hours that are named only to say that they are over or have not begun."""
_CONTACT: Final = pattern(r"\b<contact>")
_EVER: Final = pattern(r"at any time|at all times|\bnever\b|\bever\b")
_HOURS: Final = pattern(
    r"<break>|(?:during|in|outside|within) (?:\w+ ){0,2}(?:hours|time|day)\b(?!.* or (?:by|on|using|through))|overtime"
)
_SPARE: Final = pattern(
    r"\b(?:except|other than|unless|not apply|limit\w*|restrict\w*|confin\w*|only|outside)\b.{0,60}"
    r"(?:<break>|working|hours|time)"
)
_PICTURES: Final = pattern(r"<photo>")
_ACCESS: Final = re.compile(r"\baccess(?:ed|ing)?\b|social (?:media|network)")
_AWAY: Final = pattern(
    r"(?:phones?|mobiles?|telephones?|smart ?watch(?:es)?|(?:personal|mobile|private) devices)\b.{0,80}"
    r"\b(?:off|silent|put away|locked|lockers?|stored|handed in|left in|kept in|placed in|basket|box|tray|bags?|"
    r"out of sight|stays? in|remains? in)\b"
)
_TOO: Final = re.compile(r"\b(?:including|also|even) (?:at|during|in)\b")
_IT: Final = re.compile(r"\b(?:use|on) (?:it|them|yours)\b")


class Use(NamedTuple):
    """A rule on use: its force, the acts, when and on what, with exceptions."""

    force: Force
    acts: tuple[str, ...]
    time: tuple[str, ...] = ()
    device: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


def rules(statement: Statement) -> list[Use]:
    """Return the rules on use that a statement makes, stricter first."""
    own = statement.own
    if _IT.search(own):
        own = _IT.sub(_meant(statement.around), own)
        statement = statement._replace(own=own)
    what = _WHAT.search(own)
    if _AWAY.search(own) and statement.force in {"required", "recommended"} and not _PICTURES.search(own):
        return _put_away(statement, own)
    pictures = _PICTURES.search(own) and not _ACCESS.search(own)
    if statement.force == "stated" or not _USE.search(own) or not what or pictures or _NOT.search(own):
        return []
    return _work_only(statement) if _for_work(own) else _timed(statement)


def _timed(statement: Statement) -> list[Use]:
    """Return the rules of a statement that turns on the time of day."""
    own = statement.own
    found = {"break": _BREAK, "outside": _OUTSIDE, "working": _WORKING, "contact": _CONTACT}
    times = tuple(
        name for name, wanted in found.items() if wanted.search(_OFF.sub(" ", own) if name == "working" else own)
    )
    if not times and not _SCHOOL.search(own) and not (_OWN.search(own) and _EVER.search(own)):
        return []
    spare = tuple(name for name in times if name in {"break", "outside"})
    limited = spare and (statement.only or (statement.force in OPPOSITE and set(times) == set(spare)))
    if statement.force in {"prohibited", "discouraged"} or limited:
        return _barred(statement, times, spare)
    if statement.force == "permitted":
        when = times if asked(statement) else spare
        return [*_uses("permitted", when or ("break", "outside"), own), *_overtime(own)]
    return []


def _put_away(statement: Statement, own: str) -> list[Use]:
    """Return the bar on using what must be put away, at the times when it must, and the leave at others."""
    unless = tuple(name for name in statement.exceptions if name == "emergency")
    spare: tuple[str, ...] = ("break",) if _BREAK.search(own) else ()
    bar = Use("prohibited", ("use_at_work",), ("contact" if _CONTACT.search(own) else "working",), (), unless)
    leave = [Use("permitted", ("use_at_work",), spare, ("own",))] if spare and not _TOO.search(own) else []
    return [bar, *leave]


def _for_work(own: str) -> bool:
    """Return whether the school's equipment or internet is for work, and for nothing else at any time."""
    limited = pattern(data()["work_only"]["says"]).search(own)
    spare = any(wanted.search(own) for wanted in (_BREAK, _OUTSIDE, _WORKING, _CONTACT))
    return bool(limited) and not spare and bool(_SCHOOL.search(own) or re.search(r"\binternet\b|\bict\b|system", own))


def _work_only(statement: Statement) -> list[Use]:
    """Return the bar on private use of what is for work, or the leave that can be asked for."""
    force: Force = "discouraged" if statement.force in {"discouraged", "recommended"} else "prohibited"
    if statement.force == "permitted" and asked(statement):
        force = "permitted"
    return [
        Use(force, ("use_school_device", "personal_internet", "news_reading")),
        Use(force, ("use_at_work",), device=("school",)),
    ]


def _meant(around: str) -> str:
    """Return what "use it" or "on them" means in a clause on phones or on the school's equipment."""
    for part in (around.rpartition(" | ")[2], around):
        if _PHONE.search(part) or _SCHOOL.search(part):
            return "use their own phone" if _PHONE.search(part) else "use a school computer"
    return "use it"


def _barred(statement: Statement, times: tuple[str, ...], spare: tuple[str, ...]) -> list[Use]:
    """Return the rules of a statement that bars use at some times, or allows it at some only."""
    own = statement.own
    unless = tuple(name for name in statement.exceptions if name in {"emergency", "job_requirement"})
    force: Force = "discouraged" if statement.force in {"discouraged", "recommended"} else "prohibited"
    if spare and (statement.force in {"permitted", "required", "recommended"} or _SPARE.search(own)):
        phones = [Use(force, ("phone_with_pupils",), unless=unless)] if _PHONE.search(own) else []
        return [*_uses(force, ("working",), own, unless), *_uses("permitted", spare, own), *phones]
    if "contact" in times and _PHONE.search(own):
        return [Use(force, ("phone_with_pupils",), unless=unless), *_uses(force, ("contact",), own)]
    if _SCHOOL.search(own) and (_EVER.search(own) or not times):
        officially = [Use(force, ("post_on_school_account",), (), ("school",))] if "official" in statement.whole else []
        return [*_uses(force, (), own, unless), *officially]
    return _uses(force, tuple(time for time in times if time not in spare) or times, own, unless)


def _overtime(own: str) -> list[Use]:
    return _uses("prohibited", ("overtime",), own) if re.search(r"not .*overtime", own) else []


def _uses(force: Force, time: tuple[str, ...], own: str, unless: tuple[str, ...] = ()) -> list[Use]:
    """Return the rule for each device that the sentence speaks of."""
    school, mine = bool(_SCHOOL.search(own)), bool(_OWN.search(own))
    school, mine = (False, False) if school and mine else (school, mine)
    wider: tuple[str, ...] = ()
    if re.search(r"internet|personal use|private use|private purposes|equipment|facilities|shopping", own):
        wider = ("personal_internet", "news_reading")
    found: list[Use] = []
    if school:
        when = () if force == "prohibited" and not _HOURS.search(own) else time
        found.append(Use(force, ("use_school_device", *wider), when, (), unless))
        found.append(Use(force, ("use_at_work",), when, ("school",), unless))
    if mine and not school:
        # What is barred on one's own phone in working time is barred on any other then.
        found.append(Use(force, ("use_at_work",), time, ("own",) if force == "permitted" else (), unless))
    if not school and not mine:
        acts = ("use_at_work", "use_school_device", *wider) if force != "permitted" else ("use_at_work", *wider)
        found.append(Use(force, acts, time, (), unless))
    if force in {"prohibited", "discouraged"} and "working" in time:
        found.append(Use(force, ("excessive_use",), (), (), unless))
    return found
