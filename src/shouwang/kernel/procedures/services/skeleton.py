"""The file with which a new procedure begins: a pool, one lane, a start, one step and an end, drawn."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from shouwang.util.text import Text


@dataclass(frozen=True)
class Skeleton:
    """What a new procedure is called and who does its first step."""

    key: str
    name: Text
    campaign: str
    prefix: str
    role: str
    role_name: Text


def skeleton(new: Skeleton) -> str:
    """Return the file; the linter passes it, and its author draws on."""
    words = {
        "key": new.key,
        "name": quoteattr(new.name.zh),
        "english": escape(new.name.en),
        "campaign": escape(new.campaign),
        "prefix": escape(new.prefix),
        "role": quoteattr(new.role),
        "lane": quoteattr(new.role_name.zh),
        "lane_english": escape(new.role_name.en),
    }
    return _FILE.format(**words)


_FILE = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xmlns:sw="urn:shouwang:bpmn:1" id="definitions_{key}" targetNamespace="urn:shouwang:procedures">
  <bpmn:collaboration id="collaboration">
    <bpmn:participant id="pool" name={name} processRef="{key}"/>
  </bpmn:collaboration>
  <bpmn:process id="{key}" name={name} isExecutable="true">
    <bpmn:extensionElements>
      <sw:name lang="en">{english}</sw:name>
      <sw:campaign>{campaign}</sw:campaign>
      <sw:prefix>{prefix}</sw:prefix>
    </bpmn:extensionElements>
    <bpmn:laneSet id="lanes">
      <bpmn:lane id="lane_first" name={lane}>
        <bpmn:extensionElements>
          <sw:name lang="en">{lane_english}</sw:name>
          <sw:role key={role}/>
        </bpmn:extensionElements>
        <bpmn:flowNodeRef>start</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>first_step</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>done</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="start" name="开始">
      <bpmn:extensionElements><sw:name lang="en">Start</sw:name></bpmn:extensionElements>
      <bpmn:outgoing>start__first_step</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:userTask id="first_step" name="第一步">
      <bpmn:extensionElements>
        <sw:name lang="en">First step</sw:name>
        <sw:limit>PT2H</sw:limit>
        <sw:checklist><sw:item key="as_required" zh="按要求做完" en="Done as required"/></sw:checklist>
        <sw:form/>
      </bpmn:extensionElements>
      <bpmn:incoming>start__first_step</bpmn:incoming>
      <bpmn:outgoing>first_step__done</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:endEvent id="done" name="办结">
      <bpmn:extensionElements>
        <sw:name lang="en">Done</sw:name>
        <sw:outcome key="DONE" zh="办结" en="Done"/>
      </bpmn:extensionElements>
      <bpmn:incoming>first_step__done</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="start__first_step" sourceRef="start" targetRef="first_step"/>
    <bpmn:sequenceFlow id="first_step__done" sourceRef="first_step" targetRef="done"/>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram">
    <bpmndi:BPMNPlane id="plane" bpmnElement="collaboration">
      <bpmndi:BPMNShape id="pool_di" bpmnElement="pool" isHorizontal="true"><dc:Bounds x="160" y="80" width="620" \
height="160"/></bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="lane_first_di" bpmnElement="lane_first" isHorizontal="true"><dc:Bounds x="190" y="80" \
width="590" height="160"/></bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="start_di" bpmnElement="start"><dc:Bounds x="242" y="142" width="36" height="36"/>\
</bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="first_step_di" bpmnElement="first_step"><dc:Bounds x="360" y="127" width="136" \
height="66"/></bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="done_di" bpmnElement="done"><dc:Bounds x="582" y="142" width="36" height="36"/>\
</bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="start__first_step_di" bpmnElement="start__first_step"><di:waypoint x="278" y="160"/>\
<di:waypoint x="360" y="160"/></bpmndi:BPMNEdge>
      <bpmndi:BPMNEdge id="first_step__done_di" bpmnElement="first_step__done"><di:waypoint x="496" y="160"/>\
<di:waypoint x="582" y="160"/></bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
