"""The linter's words: what can be wrong with a procedure, and how each thing is mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shouwang.util.text import Text


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: the element's id and name, what is wrong and how to mend it."""

    element: str
    name: str
    what: Text
    mend: Text


@dataclass(frozen=True)
class _Fault:
    what: Text
    mend: Text


FAULTS = {
    "process_id": _Fault(
        Text("流程 id 要用大写字母和下划线", "The process id must be capitals and underscores"),
        Text("例如 HOME_QUARANTINE", "For example HOME_QUARANTINE"),
    ),
    "names": _Fault(
        Text("名称要有中文和英文", "The name must be in Chinese and English"),
        Text('写 name，加 sw:name lang="en"', 'Give name, and sw:name lang="en"'),
    ),
    "campaign": _Fault(
        Text("没写属于哪个战役", "It belongs to no campaign"),
        Text("加 sw:campaign", "Add sw:campaign"),
    ),
    "prefix": _Fault(
        Text("没写编号字头", "It has no number prefix"),
        Text("加 sw:prefix，两个大写字母", "Add sw:prefix, two capitals"),
    ),
    "processes": _Fault(
        Text("文件里有 {count} 个流程", "The file holds {count} processes"),
        Text("一个文件只放一个流程", "Put exactly one process into a file"),
    ),
    "not_executable": _Fault(
        Text("没标为可执行", "It is not marked as executable"),
        Text('写 isExecutable="true"', 'Write isExecutable="true"'),
    ),
    "too_many": _Fault(
        Text("有 {count} 个元素，最多 {limit} 个", "It has {count} elements, at most {limit} are allowed"),
        Text("拆成几个流程，用调用连起来", "Split it into procedures that call each other"),
    ),
    "too_deep": _Fault(
        Text("子流程套了超过 {limit} 层", "Sub-processes lie more than {limit} deep"),
        Text("拆出一个单独的流程来调用", "Make it a procedure of its own and call it"),
    ),
    "active": _Fault(
        Text("里面有网页内容 <{tag}>", "It contains web content <{tag}>"),
        Text("删去它；名称和说明只写文字", "Remove it; names and notes are plain text"),
    ),
    "instruction": _Fault(
        Text("文件里有处理指令 <?{name}?>", "The file holds the processing instruction <?{name}?>"),
        Text("删去它", "Remove it"),
    ),
    "duplicate": _Fault(
        Text("这个 id 用了 {count} 次", "This id is used {count} times"),
        Text("每个元素一个自己的 id", "Give every element an id of its own"),
    ),
    "no_id": _Fault(
        Text("{tag} 没有 id", "A {tag} has no id"),
        Text("给它一个 id", "Give it an id"),
    ),
    "shared_id": _Fault(
        Text(
            "流程 {other} 里有同样的 id，两个会跑在一个案卷里",
            "{other}, which runs in the same case, has an element with this id",
        ),
        Text("改成别的 id", "Choose another id"),
    ),
    "no_drawing": _Fault(
        Text("没有图形：画不出来", "It has no drawing"),
        Text("用 BPMN 画图工具画出来再存", "Draw it in a BPMN editor and save it with the drawing"),
    ),
    "not_drawn": _Fault(
        Text("图上没有画它", "It is not in the drawing"),
        Text("在画图工具里画上", "Draw it in the editor"),
    ),
    "no_english": _Fault(
        Text("名称没有英文", "The name has no English"),
        Text('加 sw:name lang="en"', 'Add sw:name lang="en"'),
    ),
    "outcome": _Fault(
        Text("结果“{key}”缺 key、中文或英文", "The outcome “{key}” lacks its key, Chinese or English"),
        Text("补上 key、zh、en", "Complete key, zh and en"),
    ),
    "unsupported": _Fault(
        Text("不支持 {tag}", "{tag} is not supported"),
        Text("换成支持的元素，见流程说明", "Use a supported element, see the procedures page"),
    ),
    "unsupported_task": _Fault(
        Text("没写是哪种任务", "It does not say what kind of task it is"),
        Text(
            "人做的用 userTask，自动的用 serviceTask",
            "Use userTask for people, serviceTask for what is automatic",
        ),
    ),
    "unsupported_receiveTask": _Fault(
        Text("不支持 receiveTask", "receiveTask is not supported"),
        Text("换成等消息的中间事件", "Use an intermediate message event"),
    ),
    "unsupported_sendTask": _Fault(
        Text("不支持 sendTask", "sendTask is not supported"),
        Text("换成 serviceTask 或发消息的中间事件", "Use a serviceTask or a throwing message event"),
    ),
    "unsupported_complexGateway": _Fault(
        Text("不支持 complexGateway", "complexGateway is not supported"),
        Text("换成包容网关", "Use an inclusive gateway"),
    ),
    "unsupported_transaction": _Fault(
        Text("不支持 transaction", "transaction is not supported"),
        Text("换成子流程，用错误事件退出", "Use a sub-process that is left by an error event"),
    ),
    "unsupported_adHocSubProcess": _Fault(
        Text("不支持 adHocSubProcess", "adHocSubProcess is not supported"),
        Text("换成子流程加包容网关", "Use a sub-process with an inclusive gateway"),
    ),
    "unsupported_dataObjectReference": _Fault(
        Text("不支持数据对象", "Data objects are not supported"),
        Text("事实由表单和服务给出；删去它", "Facts come from forms and services; remove it"),
    ),
    "unsupported_dataObject": _Fault(
        Text("不支持数据对象", "Data objects are not supported"),
        Text("事实由表单和服务给出；删去它", "Facts come from forms and services; remove it"),
    ),
    "unsupported_dataStoreReference": _Fault(
        Text("不支持数据库图形", "Data stores are not supported"),
        Text("事实由表单和服务给出；删去它", "Facts come from forms and services; remove it"),
    ),
    "data": _Fault(
        Text("不支持 {tag}", "{tag} is not supported"),
        Text("事实由表单和服务给出；删去它", "Facts come from forms and services; remove it"),
    ),
    "event_sub_process": _Fault(
        Text("不支持事件子流程", "Event sub-processes are not supported"),
        Text("把事件放在子流程的边上", "Put the event on the border of a sub-process"),
    ),
    "compensation": _Fault(
        Text("不支持补偿", "Compensation is not supported"),
        Text("另画一条路去撤销", "Draw a way of its own that undoes it"),
    ),
    "loop": _Fault(
        Text("不支持循环标记", "The loop marker is not supported"),
        Text("用分支画一条回去的箭头", "Draw an arrow back from a gateway"),
    ),
    "each": _Fault(
        Text("没写对哪个名单逐个做", "It does not say for which list it is done"),
        Text('加 sw:each list="名单" item="一项"', 'Add sw:each with the facts list="…" and item="…"'),
    ),
    "each_result": _Fault(
        Text("结果名“{result}”不能用", "The result name “{result}” cannot be used"),
        Text("用字母、数字、下划线写一个新名字", "Use a new name of letters, digits and underscores"),
    ),
    "start": _Fault(
        Text("开始不能等事件：{kinds}", "A start cannot wait for an event: {kinds}"),
        Text("用空白的开始；由人或服务开始", "Use a plain start; people or services begin a case"),
    ),
    "event": _Fault(
        Text("这里不支持这种事件：{kinds}", "This kind of event is not supported here: {kinds}"),
        Text("这里能用：{allowed}", "Supported here: {allowed}"),
    ),
    "error_interrupts": _Fault(
        Text("错误事件不打断", "The error event does not interrupt"),
        Text(
            "错误总要打断；不打断的用升级事件",
            "An error always interrupts; use an escalation event otherwise",
        ),
    ),
    "cycle": _Fault(
        Text("循环定时放错了地方", "A cycle timer does not belong here"),
        Text("放在步骤边上，不打断", "Put it on the border of a step, not interrupting"),
    ),
    "timer": _Fault(
        Text("定时“{text}”看不懂", "The timer “{text}” cannot be read"),
        Text(
            "写时长 PT2H、循环 R3/PT1H、带时区的时刻，或一个事实的名字",
            "Write a duration PT2H, a cycle R3/PT1H, an instant with its zone, or the name of a fact",
        ),
    ),
    "undeclared": _Fault(
        Text("没写是哪个 {kind}，或它没有 {attribute}", "It names no {kind}, or one without {attribute}"),
        Text(
            "在文件里写一个 {kind}，带 {attribute}，再引用",
            "Declare a {kind} with {attribute} and refer to it",
        ),
    ),
    "attached": _Fault(
        Text("没挂在任何步骤边上", "It lies on the border of no step"),
        Text("挂到一个步骤或子流程边上", "Attach it to a step or a sub-process"),
    ),
    "never_thrown": _Fault(
        Text("这里永远等不到 {kind}", "No {kind} can come from here"),
        Text("挂到会抛出它的子流程边上", "Attach it to the sub-process that throws it"),
    ),
    "uncaught": _Fault(
        Text("抛出的 {kind} 没有人接", "Nothing catches this {kind}"),
        Text(
            "放进子流程，在它边上接；要结束就用带结果的结束",
            "Put it into a sub-process and catch it on the border; to end, use an end with an outcome",
        ),
    ),
    "condition": _Fault(
        Text("条件“{text}”不是可用的表达式", "The condition “{text}” is not a usable expression"),
        Text("例如 decision == 'HOLD'", "For example decision == 'HOLD'"),
    ),
    "condition_here": _Fault(
        Text("它的去路带条件", "Its way out carries a condition"),
        Text(
            "条件只写在排他或包容网关的去路上",
            "Conditions belong on the ways out of exclusive or inclusive gateways",
        ),
    ),
    "event_gateway": _Fault(
        Text("去路不全是等着的事件", "Its ways out are not all waiting events"),
        Text(
            "每条去路直接连一个中间事件，至少两个，别处不连到它们",
            "Lead each way directly to an intermediate event of its own, at least two",
        ),
    ),
    "field_key": _Fault(
        Text("表单项的名字“{key}”不能用", "The field name “{key}” cannot be used"),
        Text("用字母、数字、下划线", "Use letters, digits and underscores"),
    ),
    "recursive": _Fault(
        Text("绕回来调用了自己：{called}", "It comes back to itself through {called}"),
        Text("去掉这个调用", "Remove this call"),
    ),
    "way_in": _Fault(
        Text("有箭头指向它", "An arrow leads to it"),
        Text("箭头指到后面的元素", "Lead the arrow to the element after it"),
    ),
    "way_out": _Fault(
        Text("结束后面还有箭头", "An arrow leaves this end"),
        Text("去掉箭头，或换成中间事件", "Remove the arrow, or use an intermediate event"),
    ),
    "loose_arrow": _Fault(
        Text("箭头有一头没连上，或跨进了子流程", "The arrow has a loose end, or crosses into a sub-process"),
        Text("两头连到同一层的元素", "Connect both ends within the same process or sub-process"),
    ),
    "unreachable": _Fault(
        Text("从开始走不到它", "No way from the start reaches it"),
        Text("连上前面的步骤，或删去", "Connect it, or remove it"),
    ),
    "no_end": _Fault(
        Text("从它走不到任何结束", "No way leads from it to an end"),
        Text("给循环画一条出路", "Draw a way out of the loop"),
    ),
    "no_end_event": _Fault(
        Text("没有结束", "It has no end"),
        Text("加一个结束", "Add an end event"),
    ),
    "silent_end": _Fault(
        Text("案卷会在这里结束，却没有结果", "A case would close here without an outcome"),
        Text("加 sw:outcome", "Add sw:outcome"),
    ),
    "nobody": _Fault(
        Text("等在这里时没写谁负责", "It does not say who answers while a case waits here"),
        Text("放进一个职责的泳道", "Put it into the lane of a duty"),
    ),
    "no_wait_limit": _Fault(
        Text("没写最多等多久", "It does not say how long to wait at most"),
        Text("加 sw:limit，例如 P1D", "Add sw:limit, for example P1D"),
    ),
    "inner_outcome": _Fault(
        Text("子流程里的结束不能带结果", "An end inside a sub-process carries no outcome"),
        Text("把 sw:outcome 放到流程自己的结束上", "Put sw:outcome on an end of the procedure itself"),
    ),
    "no_role": _Fault(
        Text("没有职责：不在任何泳道里", "No duty: it lies in no lane"),
        Text("放进一个职责的泳道", "Put it into the lane of a duty"),
    ),
    "unknown_role": _Fault(
        Text("没有“{role}”这个职责", "There is no duty “{role}”"),
        Text("改泳道的 sw:role", "Correct sw:role of the lane"),
    ),
    "no_limit": _Fault(
        Text("没有时限", "No time limit"),
        Text("加 sw:limit，例如 PT2H", "Add sw:limit, for example PT2H"),
    ),
    "no_checklist": _Fault(
        Text("没有规范：检查单是空的", "No standard: the checklist is empty"),
        Text("加 sw:checklist 的条目", "Add items to sw:checklist"),
    ),
    "no_form": _Fault(
        Text("没有表单", "No form"),
        Text("加 sw:form；没有要填的就留空", "Add sw:form; leave it empty where nothing is filled in"),
    ),
    "item": _Fault(
        Text("条目“{key}”缺中文或英文", "Item “{key}” lacks Chinese or English"),
        Text("补上 key、zh、en", "Complete key, zh and en"),
    ),
    "field_kind": _Fault(
        Text("表单项“{key}”的类型 {kind} 不支持", "Field “{key}” has the unsupported type {kind}"),
        Text("用 {known}", "Use {known}"),
    ),
    "no_options": _Fault(
        Text("表单项“{key}”没有选项", "Field “{key}” has no options"),
        Text("加 sw:option", "Add sw:option"),
    ),
    "service": _Fault(
        Text("没有登记过的服务“{name}”", "There is no registered service “{name}”"),
        Text("用 sw:service 写一个登记过的名字", "Name a registered one in sw:service"),
    ),
    "table": _Fault(
        Text(
            "没有规则表“{table}”，或没写结果放哪里", "There is no decision table “{table}”, or no result name"
        ),
        Text("改 sw:rules 的 table 和 result", "Correct table and result of sw:rules"),
    ),
    "called": _Fault(
        Text("没有在用的流程“{called}”", "No procedure “{called}” is in force"),
        Text("先发布它，或改 calledElement", "Publish it first, or correct calledElement"),
    ),
    "empty_script": _Fault(
        Text("脚本是空的", "The script is empty"),
        Text("写一行 名字 = 表达式", "Write a line of name = expression"),
    ),
    "script": _Fault(
        Text("脚本里这一行不能用：{line}", "This line is not allowed in a script: {line}"),
        Text("只能写 名字 = 表达式；不能写程序", "Only name = expression; programs cannot run"),
    ),
    "default": _Fault(
        Text("分支没有一条默认出路", "The branch has no single default way out"),
        Text(
            "给其他出路写条件，一条设为 default",
            "Give the other ways a condition and make one the default",
        ),
    ),
    "no_way_in": _Fault(
        Text("没有来路", "Nothing leads to it"),
        Text("用箭头连上前一步", "Connect it to the step before"),
    ),
    "no_way_out": _Fault(
        Text("没有去路", "It leads nowhere"),
        Text("用箭头连到下一步或结束", "Connect it to the next step or an end"),
    ),
    "ways_out": _Fault(
        Text("有 {count} 条去路", "It has {count} ways out"),
        Text("在后面放一个分支", "Put a gateway after it"),
    ),
    "no_outcome": _Fault(
        Text("没有一个带结果的结束", "No end carries an outcome"),
        Text("给结束加 sw:outcome", "Add sw:outcome to an end"),
    ),
    "engine": _Fault(
        Text("流程引擎读不了：{reason}", "The engine cannot read it: {reason}"),
        Text("照这句话改，或换一种画法", "Mend what it says, or draw it in another way"),
    ),
    "starts": _Fault(
        Text("有 {count} 个开始", "It has {count} starts"),
        Text("只留一个开始", "Keep exactly one start"),
    ),
}


def finding(element: str, name: str, fault: str, /, **values: object) -> Finding:
    """Return a finding of the kind `fault` about an element."""
    words = FAULTS[fault]
    return Finding(element, name, words.what.format(**values), words.mend.format(**values))


def sentences(findings: Iterable[Finding]) -> Text:
    """Return findings as one text in both languages, an element a sentence."""
    rows = list(findings)
    return Text(
        "；".join(f"“{row.name or row.element}”{row.what.zh}，{row.mend.zh}" for row in rows),
        "; ".join(f"“{row.name or row.element}”: {row.what.en}. {row.mend.en}" for row in rows),
    )
