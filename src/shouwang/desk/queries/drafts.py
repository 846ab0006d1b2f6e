"""What the pages of a change of a procedure show: the elements to edit, the differences, who may do what."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from shouwang.kernel.duties import api as duties
from shouwang.kernel.parties.api import Person
from shouwang.kernel.procedures import api as procedures
from shouwang.kernel.rules import api as rules
from shouwang.util.text import Text

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
STEPS = ("userTask", "manualTask")
TIMED = ("intermediateCatchEvent", "boundaryEvent")
GROUPS = (
    (Text("步骤", "Steps"), STEPS),
    (Text("职责（泳道）", "Duties (lanes)"), ("lane",)),
    (Text("自动做的", "Done by the system"), ("serviceTask", "businessRuleTask", "callActivity")),
    (Text("等待和中途事件", "Waiting and boundary events"), TIMED),
    (Text("结果", "Ends"), ("endEvent",)),
    (Text("分支的条件", "Conditions of branches"), ("sequenceFlow",)),
)


@dataclass(frozen=True)
class ElementRow:
    """One element that can be edited by form."""

    element: str
    tag: str
    name: Text
    change: str


@dataclass(frozen=True)
class DraftPage:
    """A draft: the differences, what the linter finds, the elements by group, and what the reader may do."""

    draft: procedures.Draft
    name: Text
    changes: list[procedures.Change]
    findings: list[procedures.Finding]
    groups: list[tuple[Text, list[ElementRow]]]
    editors: list[str]
    may_edit: bool
    may_review: bool

    @property
    def added(self) -> str:
        """The ids of the added elements, for the drawing."""
        return self._ids(procedures.ChangeKind.ADDED)

    @property
    def changed(self) -> str:
        """The ids of the changed elements, for the drawing."""
        return self._ids(procedures.ChangeKind.CHANGED)

    def _ids(self, kind: procedures.ChangeKind) -> str:
        return " ".join(dict.fromkeys(one.element for one in self.changes if one.kind == kind))


def draft_page(draft: procedures.Draft, reader: Person) -> DraftPage:
    """Return what the page of a draft shows to `reader`."""
    changes = procedures.compare(draft.based_on.bpmn, draft.bpmn) if draft.based_on else []
    editors = list(draft.editors.order_by("name").values_list("name", "pk"))
    is_editor = reader.pk in {pk for _, pk in editors}
    return DraftPage(
        draft=draft,
        name=procedures.read_profile(draft.bpmn).name,
        changes=changes,
        findings=procedures.draft_findings(draft) if draft.is_open else [],
        groups=element_groups(draft.bpmn, changes),
        editors=[name for name, _ in editors],
        may_edit=bool(duties.scope(reader, "procedure.edit")),
        may_review=bool(duties.scope(reader, "procedure.approve")) and not is_editor,
    )


def element_groups(bpmn: str, changes: list[procedures.Change]) -> list[tuple[Text, list[ElementRow]]]:
    """Return the elements that have a form, by group, in the order of the file."""
    kinds = {one.element: one.kind.value for one in changes}
    root = procedures.parse_xml(bpmn)
    groups = []
    for title, tags in GROUPS:
        rows = [
            ElementRow(node.get("id", ""), tag, element_name(node), kinds.get(node.get("id", ""), ""))
            for tag in tags
            for node in root.iter(f"{_BPMN}{tag}")
            if _has_form(node, tag)
        ]
        if rows:
            groups.append((title, rows))
    return groups


def element_name(node: etree._Element) -> Text:
    """Return what an element is called; without a name, what it connects or its id."""
    english = node.find("{*}extensionElements/{urn:shouwang:bpmn:1}name[@lang='en']")
    fallback = node.get("id", "")
    if node.get("sourceRef"):
        fallback = f"{node.get('sourceRef')} → {node.get('targetRef')}"
    chinese = node.get("name") or fallback
    return Text(chinese, (english.text or "").strip() if english is not None and english.text else chinese)


def choices_for(tag: str) -> list[tuple[str, Text]]:
    """Return what an element of a kind can refer to."""
    if tag == "lane":
        return [(one.key, one.name) for one in duties.roles()]
    if tag == "serviceTask":
        return [(name, Text(name, name)) for name in sorted(procedures.service_names())]
    if tag == "businessRuleTask":
        return [(key, Text(key, key)) for key in sorted(rules.table_keys())]
    return [(one.key, one.name) for one in procedures.list_in_force()]


def _has_form(node: etree._Element, tag: str) -> bool:
    if tag == "sequenceFlow":
        return node.find(f"{_BPMN}conditionExpression") is not None or bool(node.get("name"))
    if tag in TIMED:
        return node.find(f"{_BPMN}timerEventDefinition") is not None
    return True
