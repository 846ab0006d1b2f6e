"""The only door to duties: roles, posts and holdings; who answers for a place; what a person may do where.

    answer = duties.answerable("community_worker", place)          # Answer(person, post), always somebody
    if not duties.can(request.person, "case.take", case.place): …
    cases.filter(duties.scope_q(request.person, "case.see"))

Every question is answered from the database at the instant asked (`at`, or now): nothing is cached, so a
holding that ended a moment ago opens nothing. The roles of the chain of responsibility and the verbs that
each carries stand, as a matrix with reasons, in `shouwang.kernel.duties.models.vocabulary`.

Journal: `duty.begun`, `duty.ended` (also of duties that ended by themselves), `duty.end_set`,
`duty.cancelled`, each with data `person` (key), `post_pk`, `role`, `kind`; `duty.posts_created`,
`duty.post_closed` and `duty.loaded`.
"""

from __future__ import annotations

from shouwang.kernel.duties.models import (
    Holding,
    HoldingKind,
    Level,
    Post,
    Role,
    UnknownRoleError,
    register_roles,
    role,
    roles,
)
from shouwang.kernel.duties.queries.board import Coverage, Gap, coverage, gaps, is_held, posts_at
from shouwang.kernel.duties.queries.chain import (
    NobodyAnswers,
    answerable,
    escalation_chain,
    holder,
    lead_for_many,
    phone_of,
)
from shouwang.kernel.duties.queries.current import Answer
from shouwang.kernel.duties.queries.many import answerable_for_many
from shouwang.kernel.duties.queries.reach import (
    can,
    duty_of,
    holdings_of,
    holdings_on,
    on_duty,
    on_post,
    on_post_sql,
    scope,
    scope_q,
    still_holds,
    who_may,
)
from shouwang.kernel.duties.services.holdings import (
    HoldingRow,
    assign,
    assign_many,
    cancel_holding,
    end_holding,
    record_ends,
)
from shouwang.kernel.duties.services.posts import PostRow, close_post, create_posts
from shouwang.kernel.journal import api as journal
from shouwang.util.text import Text

journal.register_verbs(
    journal.Verb("duty.posts_created", Text("新设岗位 {count} 个", "Made {count} posts")),
    journal.Verb("duty.post_closed", Text("撤销岗位：{post}", "Closed the post {post}")),
    journal.Verb("duty.loaded", Text("载入值守 {count} 条", "Loaded {count} holdings")),
    journal.Verb("duty.begun", Text("排岗：{post}", "Put somebody on {post}")),
    journal.Verb("duty.end_set", Text("定下离岗时间：{post}", "Set the end of a duty on {post}")),
    journal.Verb("duty.ended", Text("离岗：{post}", "Duty ended on {post}")),
    journal.Verb("duty.cancelled", Text("取消排岗：{post}", "Took back a duty on {post}")),
)

__all__ = [
    "Answer",
    "Coverage",
    "Gap",
    "Holding",
    "HoldingKind",
    "HoldingRow",
    "Level",
    "NobodyAnswers",
    "Post",
    "PostRow",
    "Role",
    "UnknownRoleError",
    "answerable",
    "answerable_for_many",
    "assign",
    "assign_many",
    "can",
    "cancel_holding",
    "close_post",
    "coverage",
    "create_posts",
    "duty_of",
    "end_holding",
    "escalation_chain",
    "gaps",
    "holder",
    "holdings_of",
    "holdings_on",
    "is_held",
    "lead_for_many",
    "on_duty",
    "on_post",
    "on_post_sql",
    "phone_of",
    "posts_at",
    "record_ends",
    "register_roles",
    "role",
    "roles",
    "scope",
    "scope_q",
    "still_holds",
    "who_may",
]
