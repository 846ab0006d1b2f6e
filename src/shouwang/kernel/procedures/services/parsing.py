"""Reading a BPMN file into the library's specifications, with our events, loops and tasks in place of its own."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from SpiffWorkflow.bpmn.parser import event_parsers as events
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import EventDefinitionParser
from SpiffWorkflow.bpmn.parser.task_parsers import CallActivityParser, ScriptTaskParser, SubWorkflowParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    ErrorEventDefinition,
    EscalationEventDefinition,
)

from shouwang.kernel.procedures.queries.profile import NAMESPACES, parse_xml, read_each, timer_text
from shouwang.kernel.procedures.services.each import EachItem
from shouwang.kernel.procedures.services.events import (
    CaseMessage,
    CaseSignal,
    ClockTimer,
    EventGateway,
    FirstOf,
    StandingBoundaryEvent,
)

_END_EVENTS = [
    events.MESSAGE_EVENT_XPATH,
    events.SIGNAL_EVENT_XPATH,
    events.ERROR_EVENT_XPATH,
    events.ESCALATION_EVENT_XPATH,
    events.TERMINATION_EVENT_XPATH,
]


class _EventParser(EventDefinitionParser):
    """Reads event definitions into ours; an error or escalation without a reference catches every code."""

    def parse_timer_event(self, event: Any) -> ClockTimer:  # noqa: ANN401 - an lxml element
        return ClockTimer(self.bpmn_id, timer_text(event))

    def parse_message_event(self, event: Any) -> CaseMessage:  # noqa: ANN401 - as above
        return CaseMessage(self._declared("message", event.get("messageRef"), "name") or self.bpmn_id)

    def parse_signal_event(self, event: Any) -> CaseSignal:  # noqa: ANN401 - as above
        return CaseSignal(self._declared("signal", event.get("signalRef"), "name") or self.bpmn_id)

    def parse_error_event(self, event: Any) -> ErrorEventDefinition:  # noqa: ANN401 - as above
        code = self._declared("error", event.get("errorRef"), "errorCode")
        return ErrorEventDefinition(code or "any", code)

    def parse_escalation_event(self, event: Any) -> EscalationEventDefinition:  # noqa: ANN401 - as above
        code = self._declared("escalation", event.get("escalationRef"), "escalationCode")
        return EscalationEventDefinition(code or "any", code)

    def _declared(self, tag: str, reference: str | None, attribute: str) -> str | None:
        """Return a name or code from this file's own declarations: called files may use the same ids."""
        for node in self.process_parser.document_root.iterfind(f"bpmn:{tag}", NAMESPACES):
            if reference and node.get("id") == reference:
                return node.get(attribute) or reference
        return None


class _End(_EventParser, events.EndEventParser):
    def create_task(self) -> Any:  # noqa: ANN401 - a specification of the library
        task = self._create_task(self.get_event_definition(_END_EVENTS))
        task.connect(self.spec.end)
        return task


class _Catch(_EventParser, events.IntermediateCatchEventParser):
    pass


class _Throw(_EventParser, events.IntermediateThrowEventParser):
    pass


class _Boundary(_EventParser, events.BoundaryEventParser):
    pass


class _EventGateway(events.EventBasedGatewayParser):
    def create_task(self) -> Any:  # noqa: ANN401 - a specification of the library
        return self._create_task(FirstOf())


class _EachParser(TaskParser):
    """Reads `sw:each` of a multi-instance activity; answers of its instances are told to it in any process."""

    task: Any

    def _add_multiinstance_task(self, loop_characteristics: Any) -> None:  # noqa: ANN401 - an lxml element
        original: Any = self.spec.task_specs.pop(self.task.name)
        each = read_each(loop_characteristics)
        self.task = EachItem(self.spec, original.name, "", each, description="For each", lane=original.lane)
        self._copy_task_attrs(original)
        original.completed_event.connect(self.task.instance_done)


class _Call(_EachParser, CallActivityParser):
    pass


class _Script(_EachParser, ScriptTaskParser):
    pass


class _SubProcess(_EachParser, SubWorkflowParser):
    pass


class ProcedureParser(BpmnParser):
    """The library's parser, with our events and loops; service and rule tasks are left to our runner."""

    OVERRIDE_PARSER_CLASSES = {
        full_tag("userTask"): (_EachParser, defaults.UserTask),
        full_tag("manualTask"): (_EachParser, defaults.ManualTask),
        full_tag("serviceTask"): (_EachParser, defaults.ManualTask),
        full_tag("businessRuleTask"): (_EachParser, defaults.ManualTask),
        full_tag("scriptTask"): (_Script, defaults.ScriptTask),
        full_tag("subProcess"): (_SubProcess, defaults.SubWorkflowTask),
        full_tag("callActivity"): (_Call, defaults.CallActivity),
        full_tag("endEvent"): (_End, defaults.EndEvent),
        full_tag("intermediateCatchEvent"): (_Catch, defaults.IntermediateCatchEvent),
        full_tag("intermediateThrowEvent"): (_Throw, defaults.IntermediateThrowEvent),
        full_tag("boundaryEvent"): (_Boundary, StandingBoundaryEvent),
        full_tag("eventBasedGateway"): (_EventGateway, EventGateway),
    }


@lru_cache(maxsize=128)
def definition(key: str, bpmn: str, called: tuple[str, ...]) -> tuple[Any, dict[str, Any]]:
    """Parse a procedure and those it calls, once per process; return its specification and theirs by key."""
    parser = ProcedureParser()
    for text in (bpmn, *called):
        parser.add_bpmn_xml(parse_xml(text))
    return parser.get_spec(key), parser.get_subprocess_specs(key)
