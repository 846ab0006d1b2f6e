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
    "unsupported": _Fault(
        Text("不支持 {tag}", "{tag} is not supported"),
        Text("换成支持的元素，见流程说明", "Use a supported element, see the procedures page"),
    ),
    "event": _Fault(
        Text("这里不支持这种事件：{kinds}", "This kind of event is not supported here: {kinds}"),
        Text("用定时或消息事件", "Use a timer or a message event"),
    ),
    "cycle": _Fault(
        Text("不支持循环定时", "Cycle timers are not supported"),
        Text("用日期或时长", "Use a date or a duration"),
    ),
    "timer": _Fault(
        Text("定时“{text}”看不懂", "The timer “{text}” cannot be read"),
        Text("写 PT2H 这样的时长，或一个事实的名字", "Write a duration such as PT2H, or the name of a fact"),
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
    "condition": _Fault(
        Text("条件不是可用的表达式", "The condition is not a usable expression"),
        Text("例如 decision == 'HOLD'", "For example decision == 'HOLD'"),
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
