"""The linter on the file as a whole: ids, foreign content, drawing, both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from shouwang.kernel.procedures.queries.profile import NAMESPACES, SW
from shouwang.kernel.procedures.services.findings import Finding, finding
from shouwang.kernel.procedures.services.nodes import FLOW_NODES, at, tag_of

#: A drawing that fits a wall has some fifty elements; the engine would stumble over thousands.
MAX_ELEMENTS = 250
MAX_DEPTH = 4
#: What a browser would run or fetch if it met it in a file that it opens.
ACTIVE = frozenset({"http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"})
DRAWING = {
    **NAMESPACES,
    "di": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "dd": "http://www.omg.org/spec/DD/20100524/DI",
}


def whole_file(root: etree._Element) -> Iterator[Finding]:
    """Yield what is wrong with a file whatever its process says."""
    yield from _active(root)
    yield from _ids(root)
    nodes = [node for node in root.iter(etree.Element) if tag_of(node) in FLOW_NODES]
    if len(nodes) > MAX_ELEMENTS:
        yield finding("", "", "too_many", count=len(nodes), limit=MAX_ELEMENTS)
    for node in root.iterfind(".//bpmn:subProcess", NAMESPACES):
        if sum(1 for above in node.iterancestors() if tag_of(above) == "subProcess") >= MAX_DEPTH:
            yield at(node, "too_deep", limit=MAX_DEPTH)


def _active(root: etree._Element) -> Iterator[Finding]:
    around = [*root.itersiblings(preceding=True), *root.itersiblings()]
    for node in (*around, *root.iter()):
        if isinstance(node, etree._ProcessingInstruction):
            yield finding("", "", "instruction", name=str(node.target))
        elif isinstance(node.tag, str) and etree.QName(node).namespace in ACTIVE:
            owner = next((above for above in node.iterancestors() if above.get("id")), root)
            yield at(owner, "active", tag=str(etree.QName(node).localname))


def _ids(root: etree._Element) -> Iterator[Finding]:
    # ids of vendors' own elements below extensionElements are theirs
    nodes = [node for node in root.iter(etree.Element) if tag_of(node)]
    for key, count in Counter(node.get("id") for node in nodes if node.get("id")).items():
        if count > 1:
            yield finding(str(key), "", "duplicate", count=count)
    for node in nodes:
        if tag_of(node) in FLOW_NODES | {"sequenceFlow", "lane"} and not node.get("id"):
            yield at(node, "no_id", tag=tag_of(node))


def drawing(root: etree._Element, process: etree._Element) -> Iterator[Finding]:
    """Yield the elements that the file does not draw: nobody could read the procedure as a picture."""
    shapes = {
        shape.get("bpmnElement")
        for shape in root.iterfind(".//di:BPMNShape", DRAWING)
        if shape.find("dc:Bounds", DRAWING) is not None
    }
    edges = {
        edge.get("bpmnElement")
        for edge in root.iterfind(".//di:BPMNEdge", DRAWING)
        if len(edge.findall("dd:waypoint", DRAWING)) > 1
    }
    if not shapes and not edges:
        yield at(process, "no_drawing")
        return
    for node in process.iter(etree.Element):
        tag = tag_of(node)
        if (tag in FLOW_NODES | {"lane"} and node.get("id") not in shapes) or (
            tag == "sequenceFlow" and node.get("id") not in edges
        ):
            yield at(node, "not_drawn")


def english(process: etree._Element) -> Iterator[Finding]:
    """Yield everything that has a Chinese name and no English one (steps say it themselves)."""
    said_elsewhere = {"process", "userTask", "manualTask"}
    for node in process.iter(etree.Element):
        tag = tag_of(node)
        if not tag or tag in said_elsewhere or not node.get("name"):
            continue
        if tag in FLOW_NODES | {"lane", "sequenceFlow"} and not _english_name(node):
            yield at(node, "no_english")
    for node in process.iter("{" + SW + "}outcome"):
        if not node.get("key") or not node.get("zh") or not node.get("en"):
            owner = next((above for above in node.iterancestors() if above.get("id")), process)
            yield at(owner, "outcome", key=node.get("key", ""))


def _english_name(node: etree._Element) -> str:
    return (node.findtext("bpmn:extensionElements/sw:name[@lang='en']", "", NAMESPACES) or "").strip()
