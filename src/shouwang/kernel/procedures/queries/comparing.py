"""What a draft changes in a procedure, in words, element by element, against another version of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from lxml import etree

from shouwang.kernel.procedures.queries.profile import (
    BPMN,
    NAMESPACES,
    SW,
    FormField,
    Profile,
    StepSpec,
    parse_xml,
    read_profile,
)
from shouwang.kernel.procedures.queries.remainder import declared, remainder
from shouwang.util.text import Text

#: Something that has no words here is told all the same.
OTHERWISE = Text("别的设置改了", "other settings changed")


class ChangeKind(StrEnum):
    """What happened to an element."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"


@dataclass(frozen=True)
class Change:
    """One difference: the element, what it is called, and what is different in words."""

    kind: ChangeKind
    element: str
    name: Text
    what: Text


#: What elements are called; those that are not here are only shown by what they connect.
KINDS = {
    "userTask": Text("步骤", "Step"),
    "manualTask": Text("步骤", "Step"),
    "task": Text("没定类型的任务", "Task without a kind"),
    "sendTask": Text("发消息任务", "Send task"),
    "receiveTask": Text("收消息任务", "Receive task"),
    "serviceTask": Text("自动任务", "Service task"),
    "businessRuleTask": Text("规则判断", "Rule"),
    "scriptTask": Text("计算", "Calculation"),
    "callActivity": Text("调用流程", "Called procedure"),
    "subProcess": Text("子流程", "Sub-process"),
    "exclusiveGateway": Text("分支", "Decision"),
    "parallelGateway": Text("并行", "Parallel gateway"),
    "inclusiveGateway": Text("多选分支", "Inclusive gateway"),
    "eventBasedGateway": Text("等事件", "Event gateway"),
    "startEvent": Text("开始", "Start"),
    "endEvent": Text("结束", "End"),
    "intermediateCatchEvent": Text("等待", "Wait"),
    "intermediateThrowEvent": Text("发出", "Send"),
    "boundaryEvent": Text("中途事件", "Boundary event"),
    "lane": Text("泳道", "Lane"),
}


def compare(before: str, after: str) -> list[Change]:
    """Return the differences between two files of one procedure, in the order of the later file.

    How a drawing is laid out is no difference. Removed elements come last.

    Raises:
        Problem: a file cannot be read.
    """
    old, new = _Read.of(before), _Read.of(after)
    return [
        *_process_changes(old.profile, new.profile),
        *_process_remainder(old, new),
        *_element_changes(old, new),
        *_removed(old, new),
        *_declarations(old, new),
    ]


@dataclass(frozen=True)
class _Read:
    profile: Profile
    nodes: Mapping[str, etree._Element]
    flows: Mapping[str, frozenset[tuple[str, str]]]
    process: etree._Element | None
    declared: Mapping[str, Text]

    @classmethod
    def of(cls, bpmn: str) -> _Read:
        root = parse_xml(bpmn)
        nodes = {
            node.get("id", ""): node
            for node in root.iterfind(".//bpmn:process//*", NAMESPACES)
            if _tag(node) in KINDS
        }
        flows: dict[str, set[tuple[str, str]]] = {}
        for flow in root.iterfind(".//bpmn:sequenceFlow", NAMESPACES):
            condition = condition_of(flow)
            flows.setdefault(flow.get("sourceRef", ""), set()).add((flow.get("targetRef", ""), condition))
        told = {key: frozenset(targets) for key, targets in flows.items()}
        process = root.find("bpmn:process", NAMESPACES)
        return cls(read_profile(bpmn), nodes, told, process, declared(root))

    def name(self, element: str) -> Text:
        node = self.nodes.get(element)
        if node is None:
            return Text(element, element)
        chinese = node.get("name", "")
        english = node.find("bpmn:extensionElements/sw:name[@lang='en']", NAMESPACES)
        kind = KINDS[_tag(node)]
        return Text(chinese or kind.zh, ("" if english is None else (english.text or "").strip()) or kind.en)


def condition_of(flow: etree._Element) -> str:
    """Return the condition under which a sequence flow is taken, or nothing."""
    expression = flow.find("bpmn:conditionExpression", NAMESPACES)
    return "" if expression is None else "".join(map(str, expression.itertext())).strip()


def _process_changes(old: Profile, new: Profile) -> Iterator[Change]:
    for what, before, after in (
        (Text("名称", "name"), old.name, new.name),
        (Text("战役", "campaign"), _same(old.campaign), _same(new.campaign)),
        (Text("编号字头", "number prefix"), _same(old.number_prefix), _same(new.number_prefix)),
    ):
        if before != after:
            yield Change(ChangeKind.CHANGED, new.key, new.name, _from_to(what, before, after))


def _process_remainder(old: _Read, new: _Read) -> Iterator[Change]:
    inside = {*KINDS, "sequenceFlow", "laneSet"}
    if old.process is None or new.process is None:
        return
    if remainder(old.process, inside) != remainder(new.process, inside):
        yield Change(ChangeKind.CHANGED, new.profile.key, new.profile.name, OTHERWISE)


def _declarations(old: _Read, new: _Read) -> Iterator[Change]:
    """Tell what changed beside the process: a message that is called otherwise is caught no longer."""
    for key in dict.fromkeys([*old.declared, *new.declared]):
        before, after = old.declared.get(key), new.declared.get(key)
        if before == after:
            continue
        name = Text("文件", "File")
        what = _from_to(Text("声明", "declaration"), before or _same(""), after or _same(""))
        yield Change(ChangeKind.CHANGED, "", name, what)


def _element_changes(old: _Read, new: _Read) -> Iterator[Change]:
    for key, node in new.nodes.items():
        if key not in old.nodes:
            kind = KINDS[_tag(node)]
            what = Text(f"加了{kind.zh}“{new.name(key).zh}”", f"{kind.en} “{new.name(key).en}” added")
            yield Change(ChangeKind.ADDED, key, new.name(key), what)
            continue
        for what in _differences(key, old, new):
            yield Change(ChangeKind.CHANGED, key, new.name(key), what)


def _removed(old: _Read, new: _Read) -> Iterator[Change]:
    for key, node in old.nodes.items():
        if key not in new.nodes:
            kind = KINDS[_tag(node)]
            what = Text(f"去掉了{kind.zh}“{old.name(key).zh}”", f"{kind.en} “{old.name(key).en}” removed")
            yield Change(ChangeKind.REMOVED, key, old.name(key), what)


def _differences(key: str, old: _Read, new: _Read) -> Iterator[Text]:
    before, after = old.nodes[key], new.nodes[key]
    if _tag(before) != _tag(after):
        yield _from_to(Text("类型", "kind"), KINDS[_tag(before)], KINDS[_tag(after)])
    if old.name(key) != new.name(key):
        yield _from_to(Text("名称", "name"), old.name(key), new.name(key))
    steps = old.profile.steps.get(key), new.profile.steps.get(key)
    if steps[0] is not None and steps[1] is not None:
        yield from _step_differences(steps[0], steps[1], old.profile, new.profile)
        if remainder(before) != remainder(after) and _tag(before) == _tag(after):
            yield OTHERWISE
    elif _content(before) != _content(after):
        yield Text("内容改了", "its content changed")
    if old.flows.get(key) != new.flows.get(key):
        yield Text(f"接下来：{_targets(key, new, 'zh')}", f"what comes next: {_targets(key, new, 'en')}")


def _step_differences(old: StepSpec, new: StepSpec, old_file: Profile, new_file: Profile) -> Iterator[Text]:
    if old.role != new.role:
        before = old_file.lanes.get(old.role, _same(old.role))
        yield _from_to(Text("职责", "duty"), before, new_file.lanes.get(new.role, _same(new.role)))
    if old.limit != new.limit:
        yield _from_to(Text("时限", "limit"), _duration(old.limit), _duration(new.limit))
    yield from _list_differences(Text("要点", "checklist"), _by_key(old.checklist), _by_key(new.checklist))
    yield from _list_differences(Text("凭据", "evidence"), _by_key(old.evidence), _by_key(new.evidence))
    yield from _list_differences(Text("要填", "form"), _by_key(old.form), _by_key(new.form))
    if old.cadence != new.cadence:
        yield _from_to(Text("每天的时段", "daily windows"), _windows(old), _windows(new))
    if old.until_fact != new.until_fact:
        yield Text("到期的依据改了", "what sets the due instant changed")


def _windows(step: StepSpec) -> Text:
    """Return which readings are due in which windows of a day, until which fact."""
    if step.cadence is None:
        return _same("")
    windows = " ".join(f"{start}-{end}" for start, end in step.cadence.windows)
    return _same(f"{step.cadence.reading} {windows} ({step.cadence.term_fact})")


def _list_differences(
    what: Text, old: Mapping[str, tuple[Text, Any]], new: Mapping[str, tuple[Text, Any]]
) -> Iterator[Text]:
    for key in new.keys() - old.keys():
        yield Text(f"{what.zh}加了“{new[key][0].zh}”", f"{what.en}: “{new[key][0].en}” added")
    for key in old.keys() - new.keys():
        yield Text(f"{what.zh}去掉了“{old[key][0].zh}”", f"{what.en}: “{old[key][0].en}” removed")
    for key in new.keys() & old.keys():
        if old[key] != new[key]:
            words = old[key][0], new[key][0]
            if words[0] != words[1]:
                yield _from_to(what, *words)
            else:
                yield Text(
                    f"{what.zh}“{words[1].zh}”的要求改了", f"{what.en}: what “{words[1].en}” asks for changed"
                )


def _by_key(items: Sequence[Any]) -> dict[str, tuple[Text, Any]]:
    def rest(item: Any) -> Any:  # noqa: ANN401 an item of one of the three lists, or what it asks for
        return (item.kind, item.is_required, item.options) if isinstance(item, FormField) else item

    return {item.key: (item.text, rest(item)) for item in items}


def _targets(key: str, read: _Read, language: str) -> str:
    pick: Callable[[Text], str] = (lambda text: text.zh) if language == "zh" else (lambda text: text.en)
    leads_to = read.flows.get(key, frozenset())
    names = sorted(
        pick(read.name(target)) + (f" [{condition}]" if condition else "") for target, condition in leads_to
    )
    return ("、" if language == "zh" else ", ").join(names) or ("无" if language == "zh" else "nothing")


def _content(node: etree._Element) -> str:
    """Return an element without its name, its flows and the lay-out, so that equal content is equal text."""
    copy = etree.fromstring(etree.tostring(node))
    if "name" in copy.attrib:
        del copy.attrib["name"]
    arrows = (f"{{{BPMN}}}{tag}" for tag in ("incoming", "outgoing", "flowNodeRef"))
    for inner in [*copy.iter(*arrows, f"{{{SW}}}name")]:
        parent = inner.getparent()
        if parent is not None:
            parent.remove(inner)
    if _tag(node) == "subProcess":  # what stands inside is compared by itself
        for inner in [*copy]:
            if _tag(inner) in KINDS or _tag(inner) in {"sequenceFlow", "laneSet"}:
                copy.remove(inner)
    return str(etree.canonicalize(etree.tostring(copy, encoding="unicode"), strip_text=True))


def _tag(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _same(word: str) -> Text:
    return Text(word or "无", word or "none")


def _from_to(what: Text, before: Text, after: Text) -> Text:
    return Text(f"{what.zh}：{before.zh} → {after.zh}", f"{what.en}: {before.en} → {after.en}")


def _duration(limit: timedelta | None) -> Text:
    if limit is None:
        return _same("")
    minutes, seconds = divmod(int(limit.total_seconds()), 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [(days, "天", "d"), (hours, "小时", "h"), (minutes, "分", "min"), (seconds, "秒", "s")]
    told = [part for part in parts if part[0]]
    return Text(" ".join(f"{n} {zh}" for n, zh, _ in told), " ".join(f"{n} {en}" for n, _, en in told))
