"""Why words that match a label may show no skill: negation, wishes, other people, names, descriptions.

Each rule answers with a reason in a few words, or None. The rules look at the sentence around a match, since
the scope of "no experience with" goes beyond a clause.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass

from skillgap.matching.deeds import deeds
from skillgap.matching.names import is_companion, is_product_word
from skillgap.matching.normalize import Clause, Gap, Token
from skillgap.matching.others import are_people, is_person, told_before, whose_deed
from skillgap.matching.word_classes import (
    CHIEFS,
    CONJUNCTIONS,
    DEPARTMENTS,
    DETERMINERS,
    EMPLOYER_CUES,
    LEADING,
    LEGAL_FORMS,
    NAME_ENDINGS,
    NAMES_OF_THINGS,
    NEGATION_CUES,
    OF_TITLES,
    ONLOOKER_CUES,
    OTHERS_CUES,
    PLACE_ENDINGS,
    POSTING_CUES,
    PREPOSITIONS,
    SCHOOLS,
    STATES,
    TITLE_WORDS,
    WISH_CUES,
    is_doing,
    is_past_verb,
)
from skillgap.model import Block, Resume

_SENTENCE_END = re.compile(r"[.;!?](?=\s|$)|\s[•●▪]\s")

_NO_NEGATION = re.compile(
    r"\b(?:not only|not just|not limited to|not-for-profit|not for profit|no later than|no less than|no matter|"
    r"no[- ]?(?:supervision|errors?|defects?|complaints?|prior notice|show)|no\.? \d|"
    r"without (?:error|errors|supervision|direct|fail|failure|delay|delays|interruption|exception|any issues?|issues?|"
    r"compromising|sacrificing|exceeding|losing|additional|further|assistance|incident|incidents|being asked|close)|"
    r"never (?:missed|miss|late|fail|failed|absent)|not (?:yet )?(?:been )?(?:limited|exceed)|if not|whether or not|or not|"
    r"zero (?:defects?|errors?|tolerance|balance|based|incidents?|losses))\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:no|not|never|without|lack|lacks|lacked|lacking|neither|nor|none|nothing|nobody|zero|unfamiliar|cannot|unable|"
    r"limited to no|little to no|little or no|yet to|(?:gave|given|passed) up|except(?: for)?|excluding|apart from|"
    r"(?:bad|poor|weak|hopeless|rusty|terrible) (?:at|in|with)|"
    r"(?:hardly|barely|scarcely) (?:any|ever|used|know)|rather than|instead of|far from|"
    r"failed to (?:complete|finish|pass|obtain)|(?:everything|anything) but|(?:de)?void of|"
    r"weak(?:ness(?:es)?| (?:point|spot|area)s?)(?: (?:is|are)\b|(?=:))|(?:dropped out|withdrew|withdrawn) (?:of|from)|"
    r"(?:limited|little)(?= (?:exposure|knowledge|experience|understanding|familiarity|background)\b))\b|n['’]t\b|\bnon-",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(r"\A(?:except|excluding|apart)", re.IGNORECASE)
# "Apart from Excel, no office software"
_NOTHING_ELSE = re.compile(r"\A[^.;]{0,60},\s+(?:I have |I know )?(?:no|not|nothing|none|never)\b", re.IGNORECASE)
_NEGATION_STOP = re.compile(
    r"\b(?:but|however|although|though|yet|except|instead|rather|while|whereas|because|so that|until)\b|\A[^(]*\)|\s[-–—]\s|"
    r"[,;]\s+(?:but|and|only|just|I|we|strong|good|great|excellent|solid|advanced|expert|fluent|proficient|experienced|skilled)\b",
    re.IGNORECASE,
)
_EXPERIENCE = re.compile(
    r"\A\W*(?:\w+[^\w,]+){0,4}?(?:experience|experienced|knowledge|background|training|trained|exposure|skills?|understanding|familiarity|"
    r"familiar|proficien\w+|qualifications?|expertise|certification|certified|degree|license|licensed|education|"
    r"know|used|use|worked|work|done|do|have|had|performed|comfortable|able|skilled|studied|learned|handle|handled|"
    r"includ(?:e|ed|es|ing)|involv(?:e|ed|es|ing))\b",
    re.IGNORECASE,
)
# "No payroll, data entry, filing or typing": short items, of which the last one follows "or".
_ITEM_WORD = r"\s+(?!(?:or|nor)\b)[\w&/'’-]+"
_SERIES = re.compile(
    rf"\A(?:(?:{_ITEM_WORD}){{1,3}}(?:,(?:\s+(?:or|nor)\b)?|\s+(?:or|nor)\b))+(?:{_ITEM_WORD}){{0,3}}\s+\Z",
    re.IGNORECASE,
)
_OR = re.compile(r"\b(?:or|nor)\b", re.IGNORECASE)
_OR_AFTER = re.compile(rf"\A,?(?:(?:{_ITEM_WORD}){{1,3}},)*(?:{_ITEM_WORD}){{0,2}}\s+(?:or|nor)\b", re.IGNORECASE)
_WITHOUT = re.compile(r"\bwithout\b", re.IGNORECASE)
_DENIAL = re.compile(r"\b(?:no|not|never|nobody|cannot)\b|n['’]t\b", re.IGNORECASE)
# "Patients who could not pay": what others lack or leave undone.
_OF_WHOM = re.compile(r"(?<!one)(?<!body)(?<!person)\s+who(?:se)?\s+(?:\w+\s+){0,2}\w*\Z", re.IGNORECASE)
_DENIED_AFTER = re.compile(
    r"\A\s*(?:[-–—:(]\s*)(?:none|no\b(?!\s+\w+\s+\w)|n/a|not (?:yet|used|known|experienced|trained|familiar)|failed\b|no experience|beginner|novice|(?:still )?learning\b|"
    r"in progress|currently learning)"
    r"|\A(?:\s+(?:certification|certificate|certified|license|licence|card|degree|diploma))?\W+(?:has |have |is |now |was )?(?:expired|lapsed|revoked|not (?:finished|completed|renewed)|unfinished)\b"
    r"|\A\s+(?:is|are|was|were)(?:n['’]t|\s+never)\s+(?:an? |any )?(?:part|my|mine|among|one|required|needed|included|asked)\b"
    r"|\A\s+(?:is|are|was|were)\s+(?:not|weak|poor|lacking|limited|still weak|a weakness)\b|\A\s+(?:needs?|need) (?:work|improvement)\b",
    re.IGNORECASE,
)

# "No deadline is missed", "without a payment lost": it was done.
_NOTHING_MISSED = re.compile(
    r"\A\s+(?:(?:is|are|was|were|being|ever|has been|have been)\s+)*(?:missed|lost|late|left|overlooked|forgotten|dropped|unanswered|unpaid)\b",
    re.IGNORECASE,
)

_WISH = re.compile(
    r"\b(?:seek|seeks|seeking|looking (?:to|for|forward|into)|eager|keen|willing|want|wants|wanted|wanting|wish|wishes|wishing|hope|hopes|hoping|"
    r"aspire|aspires|aspiring|plan(?:s|ning)? (?:to|on)|desire|desires|desired|would like|goal is|aims? (?:to|at)|intend|intends|intending|ready|"
    r"ambition|striving|in search|in pursuit)\b"
    r"[^.;]{0,60}?\b(?:learn\w*|stud(?:y|ying)|gain\w*|develop\w*|improv\w*|acquir\w*|explor\w*|enter\w*|transition\w*|mov\w+|pursu\w*|obtain\w*|"
    r"secur\w*|becom\w*|master|try|get (?:in)?to|get\b|position|positions|role|career|job|opportunit\w*|employment|internship|placement|certif\w*|"
    r"train(?:ed)? (?:in|on|as)|tak\w+ (?:an? |some |the )?(?:course|class|lesson|\Z)(?:e?s)?|sit(?: for)? (?:an? |the |my )|taught|start)(?:\b|\Z)"
    r"|\b(?:hop(?:e|es|ing)|wish(?:es|ing)?|aspir(?:e|es|ing)|want(?:s|ing)?|expects?) (?:one day |someday |soon |eventually )?to\b(?! (?:keep|continue|stay|remain)\b)"
    r"|\b(?:interested|interest) in\b|\bcurious about\b|\b(?:aspiring|would-be) (?:\w+ ){0,2}\Z|\bwould (?:love|like) to\b|\bobjective(?:\s*:| is\b)"
    r"|\bdreams? (?:is|are|of)\b|\bwould (?:welcome|appreciate)\b|\b(?:goal|aim|ambition)s?(?: (?:is|are)\b|:)"
    r"|\b(?:open|happy|prepared) to (?:be(?:ing)? )?(?:learn|train|taught|study)\w*\b"
    r"|\bconsider(?:ing)? (?:an? )?(?:move|change|career|switch|transition)\b"
    r"|\bwill (?:be )?(?:start|begin|tak(?:e|ing)|learn|sit|study|attend|enrol|pursu)\w*\b|\bif (?:hired|selected|employed)\b"
    r"|\bappl(?:ied|ying) for (?:the |an? )?(?:post|position|job|role)s?\b",
    re.IGNORECASE,
)
_TO = re.compile(r"\W{0,5}to ", re.IGNORECASE)
# The objective at the head of a resume: "To obtain a position in accounting".
_OBJECTIVE = re.compile(
    r"\W*To (?:(?:obtain|secure|find|gain|get|acquire|attain|land|pursue|start|begin|join|become) (?:[\w-]+ ){0,6}(?:position|role|job|career|employment|"
    r"opportunity|internship|placement|post|apprenticeship|team|firm|company)|(?:develop|improve|enhance|expand|broaden|increase|sharpen|advance|further) my)\b",
    re.IGNORECASE,
)
# What people seek in their work: "seek ways to improve customer satisfaction", unless they tell of themselves.
_SOUGHT_AT_WORK = re.compile(
    r"\A(?:seek|aim|striv|plan|look)\w*\b.*\b(?:develop|improv|acquir|explor|gain|obtain|secur|opportunit)\w*\Z",
    re.IGNORECASE | re.DOTALL,
)
_OF_ONESELF = re.compile(
    r"\b(?:I|my|myself|skills?|knowledge|experience|career|position|role|job|employment)\b", re.IGNORECASE
)
_LEARNING = re.compile(
    r"\b(?:currently|presently|now)\s+(?:\w+\s+)?(?:studying|enrolled|learning|pursuing|taking|attending|training (?:in|for|on)|working towards?|"
    r"completing)\b|\b(?:just |recently |only )?(?:started|began|begun) (?:to learn|to study|learning|studying)\b|\b(?:signed up|registered|enrolled) (?:for|in|on)\b|"
    r"\btraining to (?:be|become)\b|\b(?:set|due|about|going) to (?:begin|start|take|learn|study)\b|\b(?:see|picture|imagine|envision) myself\b|\b(?:studying (?:for|towards?)|enrolled in|in the process of (?:learning|obtaining)|working towards?(?=\s+(?:an?|my|the)\b|\s*\Z)|"
    r"pursuing (?:an? |my )?(?:\w+ ){0,2}(?:certificat\w+|credential|licen[cs]e)|(?<![(\[–—-])(?<![:–—-] )beginner|basic course in progress)\b",
    re.IGNORECASE,
)
_SOUGHT = re.compile(
    r"\b(?:seeking|seeks?|looking for|searching for|in search of|pursuing|applying for|interested in)\s+(?:\w+\s+){0,3}\Z",
    re.IGNORECASE,
)
_JOB = re.compile(
    r"\A(?:\s+\w+){0,2}\s+(?:role|position|job|opportunity|career|internship|employment|placement|post)s?\b",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"\b(?:utili[sz]\w*|use|using|apply|applying|leverag\w*|my|offer\w*|contribut\w*|bring\w*|where(?! I (?:can|could|may|will) (?:learn|grow|gain|develop|improve|train))|which|that requires?|experienced|"
    r"proven|possess\w*|demonstrated|years|with (?:strong|excellent|extensive|over|more|a|exceptional|solid|good|great|superior)|skilled|background|"
    r"expertise|ability|abilities|talents?|strengths?|through|by)\b",
    re.IGNORECASE,
)

# A posting that a cover letter quotes: "Your advertisement asks for", "we are looking for", "the successful candidate will".
_POSTING = re.compile(
    r"\b(?:your|the|this)\s+(?:job\s+)?(?:advert\w*|ad|posting|listing|vacancy|announcement|job description)s?\s+(?:(?:also|that)\s+)?"
    r"(?:asks?|calls?|requires?|states?|mentions?|lists?|seeks?|says|wants?|names?|describes?|specif\w+)\b"
    r"|\bas (?:stated|described|listed|advertised) in (?:your|the) (?:advert\w*|ad|posting|listing|vacancy|job description)\b"
    r"|\b(?:we|you)(?:\s+are|['’]re)?\s+(?:currently\s+)?(?:looking|searching)\s+for\b|\b(?:we|you|your company) (?:need|seek|require|want)s?\b"
    r"|\b(?:successful|ideal|right|suitable)\s+(?:candidate|applicant)s?\b|\b(?:candidates?|applicants?) (?:must|should|will|needs?)\b"
    r"|\b(?:description|duties|requirements) (?:of|for) the (?:vacancy|vacant)\b",
    re.IGNORECASE,
)
_OWN_CLAIM = re.compile(r"\b(?:I|my|me|mine)\b")

_DESCRIBES_EMPLOYER = re.compile(
    r"\A\W*(?:(?:is|was|are)\s+)?(?:an?|one of|the|this|our)\b[^.;]{0,90}?\b(?:company|firm|provider|organi[sz]ation|corporation|agency|"
    r"manufacturer|retailer|distributor|institution|business|leader|operator|supplier|developer of|chain|start-?up|subsidiary|"
    r"consultancy|non-?profit|charity|hospital|clinic|bank)\b"
    r"(?=[^.;]{0,200}\b(?:leading|largest|premier|global|worldwide|speciali[sz]\w*|revenues?|provides?|providing|offers?|offering|serves?|"
    r"serving|headquartered|employees|operates|operating|operated|with (?:over|more)|which|that|in the|located|fortune|sells?|selling|known for)\b)"
    r"|\A\W*(?:leading|largest|premier|global)\b[^.;]{0,60}?\b(?:company|firm|provider|manufacturer|retailer|agency)\b",
    re.IGNORECASE,
)
_EMPLOYER_LEADS = re.compile(
    r"\b(?:for|at|with|by|of|to|from)\s+(?:an?|the|one of the)\s+(?:\w+\s+){0,3}?(?:leading|largest|premier|global|major|national|top|"
    r"well-known|renowned|fortune \d+)\s+(?:[\w&/-]+\s+){0,4}\Z",
    re.IGNORECASE,
)
_A_FIRM = re.compile(
    r"\b(?:for|at|with)\s+(?:an?|several|various|many|two|three|local)\s+(?:[\w-]+\s+)?\Z", re.IGNORECASE
)
_EMPLOYER_NOUN = re.compile(
    r"(?:\s+[\w&/-]+){0,2}\s+(?:company|firm|provider|organization|organisation|agency|agencies|bureau|department store|"
    r"manufacturer|retailer|vendors?|companies|firms|start-?up|publication|magazine|school)\b",
    re.IGNORECASE,
)

_OTHER_PERSON = re.compile(
    r"\b(?:report(?:s|ed|ing)? (?:directly )?to|supervis(?:e|es|ed|ing|ion of)|manag(?:e|es|ed|ing)|hir(?:e|es|ed|ing)|train(?:s|ed|ing)?|"
    r"(?:liaise[ds]?|work(?:s|ed|ing)?|coordinate[ds]?|collaborat\w+|meet|met|meeting|communicat\w+) (?:closely )?with|on behalf of|under|"
    r"next to|beside|alongside|assist(?:s|ed|ing)?(?: to)?)\s+(?:(?:the|an?|our|my|their|company|outside|external|corporate|senior|chief)\s+){1,2}"
    r"(?P<title>(?:[\w&/-]+\s+){0,2})\Z"
    r"|\b(?:ke(?:pt|ep|eping)|inform(?:ed|s|ing)?|notif(?:y|ied|ies|ying)|alert(?:ed|s|ing)?|report(?:ed|s|ing)? to|"
    r"assist(?:ed|s|ing)?)\s+\Z",
    re.IGNORECASE,
)
# "Assistant to the head of accounting"
_OF_OTHER = re.compile(
    r"\b(?:report(?:s|ed|ing)? (?:directly )?to|assist(?:s|ed|ing)?|(?:assistant|secretary) to|support(?:s|ed|ing)?(?: (?:to|for))?|on behalf of)\s+"
    r"(?:(?:the|our|an?)\s+)?(?:\w+\s+){0,2}(?:head|vp|svp|evp|president|director|manager|chief|dean|chair|supervisor|officer)s?\s+"
    r"(?:of|for)\s+(?:the\s+)?(?:\w+\s+){0,2}\Z",
    re.IGNORECASE,
)
# "With the director of analytics", "under a professor of economics"
_HEAD_OF = re.compile(
    r"(?P<lead>(?:\w+\W+){0,2})\b(?:the|our|their|his|her|under an?|(?:to|with|by) an?)\s+(?:\w+\s+){0,2}"
    r"(?:head|[se]?vp|president|director|manager|chief|dean|chair|supervisor|professor|superintendent)\s+(?:of|for)\s+(?:the\s+)?\Z",
    re.IGNORECASE,
)
# "A team of Java developers": others write the Java.
_OF_TEAM = re.compile(
    r"\b(?:teams?|groups?|staff|crews?) of\s+(?:[\w+-]+\s+){0,3}\Z"
    r"|\b(?:manag|supervis|hir|recruit|train|coach|mentor|support|assist|oversee|overs|direct|schedul)\w*\s+"
    r"(?:[\w,&+-]+\s+){0,3}\Z",
    re.IGNORECASE,
)
# "Clients such as SAP and Oracle"
_CLIENTS = re.compile(
    r"\b(?:clients?|customers?|companies|brands|competitors|firms|retailers|vendors|suppliers|employers)[,:]?\s+"
    r"(?:such as|like|including|included|include|e\.g\.)\s[^.;()]*\Z",
    re.IGNORECASE,
)
_BEFORE_CLIENTS = ("such as", "like", "includ", "e.g.")
_LICENCES = re.compile(r"\A\s+(?:licen[cs]es?|subscriptions?)\b", re.IGNORECASE)
_SOLD = re.compile(r"\b(?:sold|sell|sells|selling|resold)\s+(?:\w+\s+){0,2}\Z", re.IGNORECASE)
# "Sent the invoices to accounts payable": the department does the work.
_HANDED_TO = re.compile(
    r"\b(?:sen[dt]s?|sending|forward(?:ed|s|ing)?|submit(?:ted|s|ting)?|pass(?:ed|es|ing)?(?: on)?|hand(?:ed|ing)?(?: over| in)?|"
    r"rout(?:ed?|es|ing)|escalat(?:ed?|es|ing)|referr?(?:ed|s|ing)?)\b[^.;,]{0,60}?\bto\s+(?:the\s+|our\s+)?\Z",
    re.IGNORECASE,
)
_UNDER = re.compile(r"\bunder\s+(?:the\s+|direct\s+|general\s+|close\s+|limited\s+|minimal\s+)+\Z", re.IGNORECASE)
_DEFINITE_PERSON = re.compile(
    r"(?P<lead>(?:\w+\W+){0,2})\b(?:the|our|their|his|her|(?P<owner>[A-Z][\w&]*['’]s))\s+(?:[\w&/-]+\s+){0,2}\Z"
)
# "Supervisor: Roger Miller"
_NAME_AFTER = re.compile(r"\s*:\s+(?:M[rs]{1,2}\.?\s+)?[A-Z][a-z]+\s+(?:[A-Z]\.?\s+)?[A-Z][a-z]+")
_OWN_ROLE = re.compile(
    r"\b(?:as|am|was|became|become|being|to be|role of|position of|promoted to|duties of|acting|served|title of)\W*\Z",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"\b(?:associates?|bachelor\w*|masters?|diploma|certificate|degree|doctor\w*|ph\.?d|[bm]\.?[as]\.?|a\.?a\.?s\.?|b\.?sc|m\.?sc|mba|bba|major)\b",
    re.IGNORECASE,
)
_HOBBIES = re.compile(
    r"\W*(?:hobbies|interests|hobbies (?:and|&) interests|personal interests|leisure|pastimes)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _BlockContext:
    """What the rules ask of a block: spans that show nothing in it, and where the cues of costly rules start."""

    contacts: tuple[tuple[int, int], ...]
    headings: tuple[tuple[int, int], ...]
    is_hobby: bool
    negations: tuple[int, ...]
    wishes: tuple[int, ...]
    may_describe_employer: bool
    may_tell_of_others: bool
    may_look_on: bool
    may_quote_posting: bool
    aims: tuple[int, ...]
    sentences: tuple[tuple[int, int], ...]


_POSSESSIVES = ("'s", "’s", "'S", "’S")
# So many characters around a match are looked at: far more than any sentence has, far less than a hostile one.
_REACH = 1_000
# The few words that lead up to a match, or go on from it, have no more.
_LEAD = 150


class ResumeContext:
    """What the rules need to know of one resume, worked out once and only where it is asked for."""

    def __init__(self, resume: Resume, tokens_of_block: Callable[[int], Sequence[Token]]) -> None:
        """Look at a resume; ``tokens_of_block`` gives the tokens of the block of an index."""
        self._tokens_of_block = tokens_of_block
        self._text = resume.text
        self._blocks = resume.blocks
        self._contacts = _merge((c.start, c.end) for c in resume.contacts)
        self._hidden = _merge((h.start, h.end) for h in resume.hidden)
        # A heading such as "Education and Training" names a part of the resume, not what the person can do.
        self._headings = _merge(
            (s.start, s.start + len(s.heading))
            for s in resume.sections
            if s.heading and s.kind in ("education", "certifications", "contact", "other", "references")
        )
        self._hobbies = _merge(
            (s.start, s.end) for s in resume.sections if s.kind == "other" and _HOBBIES.match(s.heading)
        )
        self._posted = _posted_blocks(resume)
        self._of_block: dict[int, _BlockContext] = {}
        self._employer_sentences: dict[tuple[int, int], bool] = {}

    def is_hidden(self, start: int, end: int) -> bool:
        """Whether a span lies in text that a human reader cannot see."""
        return bool(self._hidden) and _overlaps(self._hidden, start, end)

    def reason_against(self, clause: Clause, positions: Sequence[int]) -> str | None:
        """Why a match at these token positions of a clause shows no skill, None where it may."""
        if clause.section == "references":
            return "it stands in the references"
        tokens = clause.tokens
        low, high = min(positions), max(positions)
        first, last = tokens[low], tokens[high]
        start, end = first.start, last.end
        block = self._context_of(clause.block)
        if block.contacts and _overlaps(block.contacts, start, end):
            return "it is part of the name or contact details"
        if self._text.endswith(_POSSESSIVES, start, end) and not (
            self._is_plural(tokens, high) or _does_to_what_is_owned(tokens, low, high)
        ):
            return "it only owns what follows"
        if block.headings and _overlaps(block.headings, start, end):
            return "it is a heading"
        if block.is_hobby:
            return "it is a hobby"
        if clause.block in self._posted:
            return "it is what a posting asks for"
        sentence = _sentence_at(block.sentences, start)
        sentence = (max(sentence[0], start - _REACH), min(sentence[1], end + _REACH))
        before, after = self._text[sentence[0] : start], self._text[end : sentence[1]]
        return (
            (_negated(before, after) if _has_any(block.negations, *sentence) else None)
            or (
                _wished(before, last.low, after, is_work=clause.section == "experience")
                if _has_any(block.wishes, sentence[0], start)
                else None
            )
            or (_aims_at(self._text, sentence[0], start, end) if sentence[0] in block.aims else None)
            or (self._describes_employer(clause, sentence, before, end) if block.may_describe_employer else None)
            or (_quotes_posting(before, after) if block.may_quote_posting else None)
            or (told_before(before) if block.may_look_on else None)
            or (whose_deed(tokens, low, high) if block.may_tell_of_others else None)
            or ("it tells under whom" if first.low in LEADING and _UNDER.search(before) else None)
            or ("it names who received something" if _is_handed_to(before) else None)
            or (_named_client(before, after) if first.is_capital else None)
            or _organisation_name(clause, positions, has_degree=self._has_degree_before(clause, start))
            or (self._is_place_or_employer(clause, first) if first is last and first.is_capital else None)
        )

    def _is_plural(self, tokens: Sequence[Token], position: int) -> bool:
        """Whether "'s" makes a plural of an abbreviation, since nothing that it could own follows: "PLC's and drives"."""
        token = tokens[position]
        following = tokens[position + 1] if position + 1 < len(tokens) else None
        has_own = following is not None and following.gap is Gap.SPACE and following.low not in CONJUNCTIONS
        return self._text[token.start : token.end - 2].isupper() and not has_own

    def _has_degree_before(self, clause: Clause, start: int) -> bool:
        """Whether a field of study may stand here: "Associate of Arts: Culinary Arts Sullivan University"."""
        if clause.section != "education":
            return False
        return _DEGREE.search(self._text, self._blocks[clause.block].start, start) is not None

    def _is_place_or_employer(self, clause: Clause, token: Token) -> str | None:
        """Whether a word is part of a line's employer or town: "Cashier, Oracle Street Market, Spring, TX"."""
        if clause.section == "skills" or not (is_product_word(token.low) or token.low == "communications"):
            return None
        tokens = self._tokens_of_block(clause.block)
        place = bisect_left(tokens, token.start, key=lambda t: t.start)
        if token.low == "communications":
            return "it is part of a name" if _ends_employer(tokens, place) else None
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        if following is None or not following.is_capital:
            return None
        if following.gap in _APART:
            is_town = following.low in STATES and self._text[following.start : following.end].isupper()
            is_whole = place + 2 == len(tokens) or tokens[place + 2].gap is not Gap.SPACE
            return "it is a place" if is_town and is_whole else None
        if not _follows_title(tokens, place) or following.gap is not Gap.SPACE:
            return None
        if following.low in TITLE_WORDS or is_product_word(following.low) or is_companion(following.low):
            return None
        return "it is part of a name"

    def names_others(self, clause: Clause, first: int, last: int) -> str | None:
        """Why the words from one token of a clause to another name others than the resume's own person, or None."""
        start, end = clause.tokens[first].start, clause.tokens[last].end
        sentence = _sentence_at(self._context_of(clause.block).sentences, start)
        before = self._text[max(sentence[0], start - _LEAD) : start]
        return _names_others(clause.tokens, last, before, self._text[end : min(sentence[1], end + _LEAD)])

    def _context_of(self, index: int) -> _BlockContext:
        known = self._of_block.get(index)
        if known is None:
            known = self._of_block[index] = self._look_at(index)
        return known

    def _look_at(self, index: int) -> _BlockContext:
        block = self._blocks[index]
        tokens = self._tokens_of_block(index)
        lows = [token.low for token in tokens]
        ends = [m.end() for m in _SENTENCE_END.finditer(self._text, block.start, block.end)]
        starts = (block.start, *ends)
        return _BlockContext(
            contacts=_inside(self._contacts, block),
            headings=_inside(self._headings, block),
            is_hobby=bool(_inside(self._hobbies, block)) or _HOBBIES.match(self._text, block.start) is not None,
            negations=_starts_of(NEGATION_CUES, lows, tokens),
            wishes=_starts_of(WISH_CUES, lows, tokens),
            may_describe_employer=not EMPLOYER_CUES.isdisjoint(lows),
            may_tell_of_others=not OTHERS_CUES.isdisjoint(lows),
            may_look_on=not ONLOOKER_CUES.isdisjoint(lows),
            may_quote_posting=not POSTING_CUES.isdisjoint(lows),
            aims=tuple([start for start in starts if _TO.match(self._text, start)]) if "to" in lows else (),
            sentences=tuple(zip(starts, (*ends, block.end), strict=True)),
        )

    def _describes_employer(self, clause: Clause, sentence: tuple[int, int], before: str, end: int) -> str | None:
        if clause.section not in ("experience", "other", "projects"):
            return None
        if _EMPLOYER_NOUN.match(self._text, end, sentence[1]) and (
            _EMPLOYER_LEADS.search(before) or _A_FIRM.search(before)
        ):
            return "it describes an employer"
        if sentence not in self._employer_sentences:
            found = _DESCRIBES_EMPLOYER.match(self._text[sentence[0] : sentence[1]])
            self._employer_sentences[sentence] = found is not None
        if self._employer_sentences[sentence] and not re.search(r"\b(?:I|my|responsible)\b", before):
            return "it describes an employer"
        return None


def _posted_blocks(resume: Resume) -> frozenset[int]:
    """The bullets under a line that quotes a posting: "Your advertisement asks for:"."""
    posted: list[int] = []
    is_posted = False
    for index, block in enumerate(resume.blocks):
        if block.kind == "bullet":
            if is_posted:
                posted.append(index)
            continue
        is_posted = (
            resume.text[block.end - 1] == ":" and _POSTING.search(resume.text, block.start, block.end) is not None
        )
    return frozenset(posted)


# What stands between an employer and a title or place, also where a list's items became clauses.
_APART = frozenset({Gap.COMMA, Gap.BREAK})


def _follows_title(tokens: Sequence[Token], place: int) -> bool:
    """Whether a token begins what stands after a title and a comma: the employer, in "Cashier, Oracle Street Market"."""
    before = tokens[place - 1] if place else None
    if before is None or tokens[place].gap not in _APART:
        return False
    # A docker loads ships, and Docker is what "git, Docker, Spring Boot" lists.
    return (before.low in TITLE_WORDS or is_person(before.low)) and not is_product_word(before.low)


def _ends_employer(tokens: Sequence[Token], place: int) -> bool:
    """Whether a token is the last of an employer's words: "Installer, Verizon Communications"."""
    first = place
    while first and tokens[first].gap is Gap.SPACE and tokens[first - 1].is_capital:
        first -= 1
    return first < place and _follows_title(tokens, first)


def _starts_of(cues: Set[str], lows: Sequence[str], tokens: Sequence[Token]) -> tuple[int, ...]:
    """Where the words start that are one of some cues, in order; ``lows`` are the words in lower case."""
    if cues.isdisjoint(lows):
        return ()
    return tuple([token.start for token in tokens if token.low in cues])


def _has_any(starts: Sequence[int], start: int, end: int) -> bool:
    """Whether one of some offsets in order lies in a span."""
    return bool(starts) and bisect_left(starts, start) < bisect_left(starts, end)


def _is_handed_to(before: str) -> bool:
    # Few words stand right before a receiver, and they are told sooner than the whole phrase.
    return before[-5:].rstrip().lower().endswith(("to", "the", "our")) and _HANDED_TO.search(before) is not None


# What is denied stands within so many words: "no prior experience, in this or in any other trade, with …".
_LONGEST_SCOPE = 14


def _negated(before: str, after: str) -> str | None:
    if _DENIED_AFTER.match(after):
        return "negated"
    if _NOTHING_MISSED.match(after):
        return None
    for cue in _NEGATION.finditer(before):
        scope = before[cue.end() :]
        words = len(scope.split())
        if words > _LONGEST_SCOPE or _NO_NEGATION.match(before, cue.start()):
            continue
        if _NEGATION_STOP.search(scope) or _is_undone(before, cue) or _OF_WHOM.search(before, 0, cue.start()):
            continue
        if cue[0].endswith("-"):
            if not scope:
                return f"negated ({cue[0]!r})"
            continue  # "non-technical staff, report writing": the hyphen's own word alone
        if _EXCEPTION.match(cue[0]) and (_NEGATION.search(before, 0, cue.start()) or _NOTHING_ELSE.match(after)):
            continue  # "no experience except in Excel"
        if words <= 2 or _EXPERIENCE.match(scope) or _is_in_series(scope, after):
            return f"negated ({cue[0].strip()!r})"
    return None


def _is_undone(before: str, cue: re.Match[str]) -> bool:
    """Whether a second denial takes a first one back: "not a day without a call", "never closed without a note"."""
    if cue[0].lower() == "without":
        return _DENIAL.search(before, 0, cue.start()) is not None
    return _DENIAL.match(cue[0]) is not None and _WITHOUT.search(before, cue.end()) is not None


def _is_in_series(scope: str, after: str) -> bool:
    """Whether what a denial begins with goes on as a series of short items that an "or" closes."""
    return _SERIES.match(scope) is not None and (_OR.search(scope) is not None or _OR_AFTER.match(after) is not None)


def _wished(before: str, last_word: str, after: str, *, is_work: bool) -> str | None:
    if _SOUGHT.search(before) and (_JOB.match(f" {last_word}") or _JOB.match(after)):
        return "only wished for (a position sought)"
    for cue in (*_WISH.finditer(before), *_LEARNING.finditer(before)):
        if is_work and _SOUGHT_AT_WORK.match(cue[0]) and not _OF_ONESELF.search(before[cue.start() :] + after[:40]):
            continue
        # "Improve my writing" is still the wish; "hoping to grow, with my ten years of writing" claims it.
        first = 4 if before[cue.end() :].lower().startswith(" my ") else 0
        if not _CLAIM.search(before, cue.end() + first):
            return f"only wished for or begun ({' '.join(cue[0].split()[:3])!r})"
    return None


def _quotes_posting(before: str, after: str) -> str | None:
    cue = _POSTING.search(before)
    # "You need a collector: I have collected for ten years", "your ad asks for collections, which I did".
    if cue is None or _OWN_CLAIM.search(before, cue.end()) or _OWN_CLAIM.search(after):
        return None
    return "it is what a posting asks for"


def _aims_at(text: str, first: int, start: int, end: int) -> str | None:
    """Whether the sentence that begins at an offset is an objective, and a match up to ``end`` a part of its aim."""
    aim = _OBJECTIVE.match(text, first, end)
    if aim is None or _CLAIM.search(text, max(aim.end(), first), start):
        return None
    return "only wished for or begun (an objective)"


def _does_to_what_is_owned(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether a verb is done to its object by way of what that owns: "assessed students' progress"."""
    following = last + 1
    things = deeds().things.get(tokens[first].key, ())
    return following < len(tokens) and tokens[following].low in things


def _named_client(before: str, after: str) -> str | None:
    # Seldom does one of these words stand there, and they are told sooner than the whole phrase.
    if any(word in before for word in _BEFORE_CLIENTS) and _CLIENTS.search(before):
        return "it names a client or supplier"
    return "it names what was sold" if _LICENCES.match(after) and _SOLD.search(before) else None


def _names_others(tokens: Sequence[Token], end: int, before: str, after: str) -> str | None:
    last = tokens[end]
    is_title = is_person(last.low) or last.low in CHIEFS
    if is_title and end + 1 < len(tokens) and tokens[end + 1].low in OF_TITLES and tokens[end + 1].gap is Gap.SPACE:
        return "it tells whose something is"
    if is_title and _NAME_AFTER.match(after):
        return "it introduces another person"
    if before.endswith((" of ", " for ", " the ")):
        head = _HEAD_OF.search(before)
        if _OF_OTHER.search(before) or (head is not None and not _OWN_ROLE.search(head["lead"])):
            return "it names another person's field"
    if _has_people_after(tokens, end) and _OF_TEAM.search(before):
        return "it names other people"
    title = end if is_title else _title_after(tokens, end)
    if title is None:
        return None
    definite = _DEFINITE_PERSON.search(before)
    is_other = definite is not None and _is_of_other(definite)
    other = _OTHER_PERSON.search(before)
    # Of a title that goes on after the match words may stand before it too: "to the accounts receivable manager".
    if (other is not None and (title > end or not other["title"])) or (is_other and title == end):
        return "it names another person"
    return None


def _is_of_other(definite: re.Match[str]) -> bool:
    """Whether a title with "the" or an owner before it is another's: "Dillard's Clerk" at the head of a line is one's own."""
    if definite["owner"]:
        return any(word.islower() for word in definite["lead"].split())
    return not _OWN_ROLE.search(definite["lead"])


def _has_people_after(tokens: Sequence[Token], position: int) -> bool:
    """Whether a match only tells the trade of the people that it stands before: "Java developers"."""
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    if following is None or following.gap is not Gap.SPACE:
        return False
    if is_past_verb(tokens[position].low) or is_doing(tokens[position].low):
        return False  # "hired cooks", "training servers": a deed of one's own
    return are_people(following.low)


def _title_after(tokens: Sequence[Token], position: int) -> int | None:
    """Where the title ends of which a match is a part: "the accounting manager", "the customer service supervisor"."""
    for place in range(position + 1, min(position + 3, len(tokens))):
        if tokens[place].gap is not Gap.SPACE or tokens[place].low in PREPOSITIONS:
            return None
        if tokens[place].low in TITLE_WORDS and is_person(tokens[place].low):
            return place
    return None


def _organisation_name(clause: Clause, positions: Sequence[int], *, has_degree: bool) -> str | None:
    """Whether a match is part of a capitalised name such as "Excel Staffing" or "University of Economics"."""
    tokens = clause.tokens
    first, last = min(positions), max(positions)
    if not tokens[first].is_capital or not all(tokens[p].is_capital for p in positions):
        return None
    # "The latest Applicant Tracking Systems" and what is listed among skills are things, not firms.
    is_thing = clause.section == "skills" or any(t.low in DETERMINERS for t in tokens[max(0, first - 2) : first])
    for position in range(last + 1, min(last + 5, len(tokens))):
        token = tokens[position]
        if token.low in {"&", "and", "of"} and token.gap is Gap.SPACE:
            continue
        is_legal_form = token.low in LEGAL_FORMS
        if not token.is_capital or (token.gap is not Gap.SPACE and not (is_legal_form and token.gap is Gap.COMMA)):
            break
        if token.low in TITLE_WORDS:
            break
        if is_thing and token.low in NAMES_OF_THINGS:
            continue
        if token.low in PLACE_ENDINGS and _goes_on(tokens, position, last):
            continue
        if token.low in NAME_ENDINGS and not (token.low == "company" and _is_placeholder(clause, position)):
            if token.low not in LEGAL_FORMS and _has_title_before(clause, first, token.low):
                continue
            is_field = not is_product_word(tokens[first].low)
            if has_degree and is_field and token.low in SCHOOLS and position > last + 1:
                return None  # the field of study, then the school's own name
            return f"it is part of a name ({token.low!r})"
    head = _head_of_name(tokens, first)
    if head in SCHOOLS or head in _CENTRES:
        return "it is part of a school's name"
    if clause.section != "education" and head in DEPARTMENTS:
        return "it is part of a department's name"
    if _stands_at(tokens, first):
        return "it is part of a name"
    if first < last and tokens[last].low in LEGAL_FORMS:
        return "it is part of a name"
    return None


_CENTRES = frozenset({"center", "centre"})


def _head_of_name(tokens: Sequence[Token], first: int) -> str | None:
    """What a match tells the field of: the department in "Department of Homeland Security", a school, a centre."""
    place = first - 1
    joined = place > 0 and tokens[place].low in {"and", "&"}
    while (
        place > 0
        and (tokens[place].is_capital or (place == first - 1 and joined))
        and tokens[place + 1].gap is Gap.SPACE
    ):
        if tokens[place].low in TITLE_WORDS:
            return None
        place -= 1
    if place <= 0 or tokens[place].low not in {"of", "for"} or not tokens[place - 1].is_capital:
        return None
    head = tokens[place - 1].low
    if head in DEPARTMENTS:
        return head if tokens[place].low == "of" else None
    # "College of Business Information Systems" runs on into the field.
    return head if place == first - 1 or joined else None


def _stands_at(tokens: Sequence[Token], first: int) -> bool:
    """Whether "at" and a name lead up to a match: "receptionist at ABC Plumbing & Heating"."""
    place = first - 1
    while place >= 0 and tokens[place].is_capital and tokens[place + 1].gap is Gap.SPACE:
        place -= 1
    if not 0 <= place < first - 1 or tokens[place].low != "at" or tokens[place + 1].gap is not Gap.SPACE:
        return False
    return tokens[place + 1].low not in TITLE_WORDS


def _goes_on(tokens: Sequence[Token], position: int, last: int) -> bool:
    """Whether a place's ending is none: "House Accounts", "Manager of House"."""
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    is_last = following is None or following.gap is not Gap.SPACE or not following.is_capital
    return not is_last or any(not t.is_capital for t in tokens[last + 1 : position])


def _is_placeholder(clause: Clause, position: int) -> bool:
    """Whether "Company" stands for a name that somebody took out ("Company Name")."""
    following = clause.tokens[position + 1] if position + 1 < len(clause.tokens) else None
    return following is not None and following.low == "name"


def _has_title_before(clause: Clause, position: int, ending: str) -> bool:
    """Whether a title or a subject leads up to a match: "Manager of Accounting", not "Manager at Accounting Partners"."""
    is_apart = clause.tokens[position].gap is Gap.COMMA and clause.section != "education"
    if is_apart and ending not in NAMES_OF_THINGS:
        return False
    before = [t.low for t in clause.tokens[max(0, position - 4) : position]]
    if not {"at", "for", "with", "joined"}.isdisjoint(before):
        return False
    return any(low in TITLE_WORDS or low in {"in", "of"} for low in before)


def _merge(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The spans in order, those that overlap made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        elif start < end:
            merged.append((start, end))
    return tuple(merged)


def _inside(spans: Sequence[tuple[int, int]], block: Block) -> tuple[tuple[int, int], ...]:
    """Those of some merged spans that share characters with a block."""
    first = bisect_right(spans, block.start, key=lambda span: span[1])
    return tuple(spans[first : bisect_left(spans, (block.end,))])


def _sentence_at(sentences: Sequence[tuple[int, int]], offset: int) -> tuple[int, int]:
    return sentences[max(0, bisect_right(sentences, offset, key=lambda sentence: sentence[0]) - 1)]


def _overlaps(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a span shares characters with one of some merged spans."""
    later = bisect_left(spans, (end,))
    return later > 0 and start < spans[later - 1][1]
