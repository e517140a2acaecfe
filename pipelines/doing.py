"""The lines that tell what to do: channels, the steps in them, and what is stated beside."""

from __future__ import annotations

import re

from pipelines.draft import Draft
from pipelines.fields import channels as channel_words
from pipelines.fields import rules
from pipelines.fields.channels import Mention, heading_channels
from pipelines.fields.going import is_gone_to, opens_channel, uses_app, without_actor
from pipelines.fields.hotlines import parse_hotlines
from pipelines.fields.materials import parse_carried, parse_materials
from pipelines.fields.particulars import is_only_place, only_cites, parse_cost, parse_location
from pipelines.fields.steps import ui_paths
from pipelines.fields.time_limits import mode_of_label, parse_time_limits, sets_deadline, states_only_time
from pipelines.findings import Before
from pipelines.lines import BodyLine, split_sentences
from pipelines.record import Channel, Location
from pipelines.sections import Section
from pipelines.vocabulary import says

_STEP_MARKER = re.compile(r"^(?:第[一二三四五六七八九十]+步|步骤)")
_WAY_MARKER = re.compile(r"^(?:方[法式]|途径|渠道|办法)")
# An answer like 可以。 says nothing without its question.
_SHORTEST = 4


class DoingLines:
    """Reads lines of sections that tell what to do; remembers the section and the channel that are open."""

    def __init__(self, section: Section, before: Before) -> None:
        self.section = section
        self.before = before
        self.draft = Draft(before.type)
        still_open = Channel(0, *before.channel, None, is_generic=False) if before.channel else None
        self.channel = None if before.lent else still_open
        self._lent = still_open if before.lent else None
        self.polarity = before.polarity
        self._nothing_ahead = False

    def open_channel(self, heading: BodyLine) -> None:
        """One channel for the section, unless its lines are labelled with channels of their own."""
        section = self.section
        if self._begins_with_label() or (not section.lines and not section.channels):
            return
        by_heading = bool(section.channels) and self._does()
        mention = section.channels[0] if by_heading else self._inferred()
        if mention:
            text = (section.title or "") + "".join(line.text for line in section.lines)
            by = "channel-by-heading" if by_heading else "channel-in-section"
            name = section.title if section.channels else None
            self.channel = self.draft.channel(mention, text, heading, by, name)

    def _begins_with_label(self) -> bool:
        first = next((line for line in self.section.lines if line.form not in ("filler", "intro")), None)
        if first is None:
            return False
        labelled = first.label and channel_words.label_channel(first.label, self._heading_kind())
        return bool(labelled or _named_before(first))

    def _does(self) -> bool:
        """A heading like 三级医院 over shares and ceilings names no place to do anything."""
        doing = [line for line in self.section.lines if line.form not in ("filler", "intro")]
        return not doing or any(
            says("action", line.text) or rules.kind_of(None, line.text) == rules.OTHER for line in doing
        )

    def _heading_kind(self) -> str | None:
        return self.section.channels[0].kind if self.section.channels else None

    def _inferred(self) -> Mention | None:
        """What a section without a channel in its heading names first in its lines."""
        section = self.section
        if section.kind == "unknown":
            return self._way_of_its_own()
        if not any(says("action", line.text) for line in section.lines):
            return None
        sentences = [sentence for line in section.lines for sentence in split_sentences(line.text)]
        if section.kind == "steps" and any(map(opens_channel, sentences)):
            return None
        named = [
            one for sentence in sentences for one in without_actor(sentence, channel_words.find_channels(sentence))
        ]
        fitting = [mention for mention in named if section.mode in (None, mention.mode)]
        if fitting or (named and section.kind == "steps"):
            return (fitting or named)[0]
        return Mention("other", section.mode or "other", section.title or "", 0)

    def _way_of_its_own(self) -> Mention | None:
        """方法三 学校代办: a way that no list knows, unless its lines go to a channel that one does."""
        heading = self.section.heading
        if heading is None or not _WAY_MARKER.match(heading.marker):
            return None
        if any(channel_words.find_channels(line.text) or rules.is_rule(line.text) for line in self.section.lines):
            return None
        return Mention("other", self.section.mode or "other", heading.text.rstrip(":"), 0)

    def doing_line(self, line: BodyLine) -> None:
        """Steps of a channel; outside any channel also rules and notes."""
        if line.label and (place := self._only_place(line, line.text)) and place.address:
            self.draft.location(line, place, "place-alone")
            return
        if line.label and not (says("contact_label", line.label) and says("only_number", line.text)):
            self.switch(line)
        for n, sentence in enumerate(split_sentences(line.whole)):
            named = _named_before(line) if n == 0 else None
            if named:
                self.channel = self.draft.channel(named, line.text, line, "channel-by-label", named.name)
            elif len(sentence.removeprefix(line.marker).rstrip("。!?")) >= _SHORTEST:
                self.sentence(line, sentence)
            elif line.line.role == "other":
                line.line.role = "intro"

    def switch(self, line: BodyLine) -> None:
        """A label that names a channel opens it: 支付宝:..."""
        mention = channel_words.label_channel(line.label or "", self._heading_kind())
        if mention is None and self.section.kind in ("plain", "group", "unknown", "steps", "where"):
            mode = mode_of_label(line.label)
            found = [m for m in channel_words.find_channels(line.value or "") if m.mode == mode]
            mention = found[0] if found else Mention("mail", "mail", "", 0) if mode == "mail" else None
        if mention and mention.kind == "hotline-local":
            numbers = [one for one in channel_words.find_channels(line.value or "") if one.mode == "phone"]
            mention = next(iter(numbers), mention)
        if mention:
            self.channel = self.draft.channel(mention, line.whole, line, "channel-by-label", line.label)

    def sentence(self, line: BodyLine, sentence: str) -> None:
        """A step where a channel is open or named; else, or where it is plainly none, what it states."""
        words = sentence.removeprefix(line.marker)
        if self._stands_alone(line, words):
            return
        if not rules.is_plain_rule(words):
            self._follow(line, words)
        if self.channel is None and rules.is_rule(words) and not uses_app(words):
            title = self.section.title if self.section.kind == "unknown" else None
            self.draft.rule(line, sentence, title, "rule-by-sentence")
            return
        if self.channel is None and not self._nothing_ahead and self._is_first_step(line):
            self._look_ahead(line)
        self.channel = self.channel or self._mentioned(line, words)
        if self.channel is None:
            self._statement(line, sentence)
        elif self._is_aside(line, sentence):
            self.draft.note(line, sentence, "note-of-all-channels")
        else:
            self.draft.step(self.channel, line, sentence)

    def _is_first_step(self, line: BodyLine) -> bool:
        """Whether a line is numbered as a step, by its own words or under a heading that asks how."""
        asked = self.section.kind == "steps" or says("asks_how", self.section.title or "")
        return bool(_STEP_MARKER.match(line.marker)) or (bool(line.level) and asked)

    def _look_ahead(self, line: BodyLine) -> None:
        """The first steps belong to the channel that a later one goes to: 第一步:备齐材料。第二步:到医保窗口..."""
        later = self.section.lines[self.section.lines.index(line) + 1 :]
        for one in later:
            for sentence in split_sentences(one.text):
                named = without_actor(sentence, channel_words.find_channels(sentence))
                gone_to = [one for one in named if is_gone_to(sentence, one)]
                opened = opens_channel(sentence) or next(iter(gone_to), None)
                if opened:
                    self.channel = self.draft.channel(opened, one.text, one, "channel-by-sentence")
                    return
        self._nothing_ahead = True

    def _follow(self, line: BodyLine, sentence: str) -> None:
        """Open the channel that a sentence goes to: the one it begins with, or another one that will also do."""
        free = self.section.kind in ("plain", "group", "unknown", "steps", "where") and not line.label
        if not free and not says("also", sentence):
            return
        opened = opens_channel(sentence)
        if opened and (self.channel is None or not channel_words.same_family(opened.kind, self.channel.kind)):
            self.channel = self.draft.channel(opened, sentence, line, "channel-by-sentence")

    def _stands_alone(self, line: BodyLine, sentence: str) -> bool:
        """Read what is no step wherever it stands: whom to call, how long it takes, which papers some need besides."""
        calls = self.channel is None or self.channel.mode != "phone"
        if calls and says("contact_line", sentence):
            self.draft.note(line, sentence, "note-whom-to-call")
        elif (calls and says("only_number", sentence)) or only_cites(sentence):
            line.line.role = "note"
        elif any(says(name, sentence) for name in ("forbids", "exempts")) or (
            self.channel and rules.is_plain_rule(sentence)
        ):
            self.draft.rule(line, sentence, None, "rule-by-sentence")
        elif says("fee_line", sentence) and not says("subsidy", sentence):
            self.cost(line, sentence.removeprefix(f"{line.label}:"))
        elif place := self._only_place(line, sentence):
            self.draft.location(line, place, "place-alone")
        elif says("only_time", sentence) and sets_deadline(sentence):
            self.draft.rule(line, sentence, None, "rule-by-sentence")
        elif says("only_time", sentence) or states_only_time(sentence):
            here = self.channel.mode if self.channel else None
            found = [(limit, mode or (here if limit.instant else None)) for limit, mode in parse_time_limits(sentence)]
            self.draft.time_limits(line, found, "time-alone")
        elif says("further_papers", sentence) and (papers := parse_materials(sentence)):
            self.draft.materials(line, papers, self.channel.mode if self.channel else None, "document-besides")
        else:
            return False
        return True

    def _only_place(self, line: BodyLine, sentence: str) -> Location | None:
        """The office a sentence gives where it says nothing to do there."""
        words = sentence if says("office_label", line.label or "") else sentence.removeprefix(f"{line.label}:")
        place = parse_location(words, line.line.no)
        return place if place and is_only_place(words, place) and not says("action", words) else None

    def _statement(self, line: BodyLine, sentence: str) -> None:
        """Under a heading what is stated is a rule, advice a note; a few words alone head what follows."""
        tells = rules.is_rule(sentence) or parse_hotlines(sentence) or says("figures", sentence)
        if line.form == "bare" and not tells:
            line.line.role = "heading"
            return
        if self.section.kind in ("plain", "unknown", "channel") and not _is_tip(sentence):
            self.draft.rule(line, sentence, self.section.title, "rule-under-heading")
        else:
            self.draft.note(line, sentence, "note-left-over")

    def _mentioned(self, line: BodyLine, sentence: str) -> Channel | None:
        """The channel of a doing outside any section, by what the sentence names."""
        if not any(says(name, sentence) for name in ("step_like", "carry")) and not uses_app(sentence):
            return None
        named = without_actor(sentence, channel_words.find_channels(sentence))
        gone_to = [one for one in named if is_gone_to(sentence, one)]
        mention = next(iter(gone_to or (named if parse_carried(sentence) else [])), None)
        if mention:
            return self.draft.channel(mention, sentence, line, "channel-by-mention")
        if self._names_one_app() and ui_paths(sentence):
            return self.draft.channel(self.before.named[0], sentence, line, "channel-of-procedure")
        if self._lent and self._lent.mode == "online" and ui_paths(sentence) and not self.draft.channels:
            return self._lent
        return self.draft.channels[-1] if self.draft.channels and self.section.kind == "plain" else None

    def _names_one_app(self) -> bool:
        """在手机银行激活医保码: what is tapped below such a heading is tapped there."""
        return len(self.before.named) == 1 and self.before.named[0].mode == "online"

    def _is_aside(self, line: BodyLine, sentence: str) -> bool:
        """After labelled channels an unlabelled hedge speaks of all of them."""
        return len(self.section.channels) > 1 and not line.label and says("limitation", sentence)

    def cost_line(self, line: BodyLine) -> None:
        """A fee, with its amount where one is stated."""
        self.cost(line, line.value or line.text)

    def cost(self, line: BodyLine, words: str) -> None:
        """The fee that some words of a line state."""
        line.line.role = "note"
        self.draft.keep(parse_cost(words, line.line.no), line, "cost-listed")


def _named_before(line: BodyLine) -> Mention | None:
    """The channel that stands before the first stop of a line like a heading: 方式二 城市服务。点击..."""
    first, *more = split_sentences(line.text)
    named = heading_channels(first.rstrip("。")) if more and first.endswith("。") else []
    return named[0] if named else None


def _is_tip(sentence: str) -> bool:
    """Advice, a hedge or a contact is a note; any other statement is a rule."""
    return any(says(name, sentence) for name in ("tip", "hedge", "contact", "teaser"))
