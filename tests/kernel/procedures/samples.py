"""Small procedures for tests, built as text so that a test can leave one thing out."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

DOMAINS = Path(__file__).parents[3] / "src" / "shouwang" / "domains"
CHECKPOINT = (DOMAINS / "gates/procedures/checkpoint.bpmn").read_text()
HOME_QUARANTINE = (DOMAINS / "quarantine/procedures/home_quarantine.bpmn").read_text()
RELEASE = (DOMAINS / "quarantine/procedures/release.bpmn").read_text()

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:sw="urn:shouwang:bpmn:1" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="urn:test">'
)
BOUNDS = '<dc:Bounds x="0" y="0" width="100" height="80"/>'
WAYPOINT = '<di:waypoint x="0" y="0"/>'
PROCESS_EXTENSIONS = (
    '<sw:name lang="en">Errand</sw:name><sw:campaign>COMMUNITY</sw:campaign><sw:prefix>PT</sw:prefix>'
)
LIMIT = "<sw:limit>PT2H</sw:limit>"
CHECKLIST = '<sw:checklist><sw:item key="asked" zh="问过" en="Asked"/></sw:checklist>'
FORM = "<sw:form/>"


def step(
    key: str,
    *,
    name: str = "跑腿",
    english: str = "Errand",
    limit: str = LIMIT,
    checklist: str = CHECKLIST,
    form: str = FORM,
    more: str = "",
) -> str:
    """Return a user task with its four fixed things, any of which can be left out."""
    inner = f'<sw:name lang="en">{english}</sw:name>' if english else ""
    return (
        f'<bpmn:userTask id="{key}" name="{name}"><bpmn:extensionElements>'
        f"{inner}{limit}{checklist}{form}{more}</bpmn:extensionElements></bpmn:userTask>"
    )


def flow(source: str, target: str, condition: str = "") -> str:
    """Return a sequence flow."""
    inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    ends = f'id="{source}_{target}" sourceRef="{source}" targetRef="{target}"'
    return f"<bpmn:sequenceFlow {ends}>{inner}</bpmn:sequenceFlow>"


def end(key: str = "end", outcome: str = "DONE") -> str:
    """Return an end event with an outcome."""
    inner = f'<sw:outcome key="{outcome}" zh="办结" en="Done"/>' if outcome else ""
    return (
        f'<bpmn:endEvent id="{key}"><bpmn:extensionElements>{inner}</bpmn:extensionElements></bpmn:endEvent>'
    )


def procedure(
    *elements: str,
    key: str = "ERRAND",
    role: str = "community_worker",
    members: tuple[str, ...] = ("errand",),
    extensions: str = PROCESS_EXTENSIONS,
    outside: str = "",
    is_drawn: bool = True,
) -> str:
    """Return a process with one lane that holds `members`; drawn, though not beautifully."""
    references = "".join(f"<bpmn:flowNodeRef>{member}</bpmn:flowNodeRef>" for member in members)
    lane = (
        f'<bpmn:laneSet id="lanes"><bpmn:lane id="lane" name="社区"><bpmn:extensionElements>'
        f'<sw:name lang="en">Community</sw:name><sw:role key="{role}"/>'
        f"</bpmn:extensionElements>{references}</bpmn:lane></bpmn:laneSet>"
        if role
        else ""
    )
    text = (
        f'{HEAD}{outside}<bpmn:process id="{key}" name="跑腿" isExecutable="true">'
        f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>{lane}"
        f'<bpmn:startEvent id="start"/>{"".join(elements)}</bpmn:process></bpmn:definitions>'
    )
    return drawn(text) if is_drawn else text


def drawn(text: str) -> str:
    """Add a shape for every element with an id and an edge for every arrow; a broken file stays as it is."""
    try:
        root = etree.fromstring(text)
    except etree.XMLSyntaxError:
        return text
    parts = []
    for node in root.iterfind(".//{*}process//*[@id]"):
        tag, key = etree.QName(node).localname, node.get("id")
        if tag == "sequenceFlow":
            parts.append(f'<bpmndi:BPMNEdge bpmnElement="{key}">{WAYPOINT}{WAYPOINT}</bpmndi:BPMNEdge>')
        elif not tag.endswith("Definition"):
            parts.append(f'<bpmndi:BPMNShape bpmnElement="{key}">{BOUNDS}</bpmndi:BPMNShape>')
    diagram = (
        f"<bpmndi:BPMNDiagram><bpmndi:BPMNPlane>{''.join(parts)}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    )
    return text.replace("</bpmn:definitions>", f"{diagram}</bpmn:definitions>")


def errand(**leave_out: str) -> str:
    """Return the smallest good procedure: start, one step, end."""
    return procedure(step("errand", **leave_out), end(), flow("start", "errand"), flow("errand", "end"))
