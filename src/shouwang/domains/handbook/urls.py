"""Routes of the handbook."""

from __future__ import annotations

from django.urls import path

from shouwang.domains.handbook.views import guide, issues, lists

app_name = "handbook"
urlpatterns = [
    path("handbook/", lists.index, name="index"),
    path("procedures/<slug:key>/lists/", lists.of_procedure, name="procedure-lists"),
    path("procedures/<slug:key>/lists.pdf", lists.procedure_file, {"form": "pdf"}, name="procedure-pdf"),
    path("procedures/<slug:key>/lists.xlsx", lists.procedure_file, {"form": "xlsx"}, name="procedure-xlsx"),
    path("duties/roles/<slug:role>/lists/", lists.of_role, name="role-lists"),
    path("duties/roles/<slug:role>/lists.pdf", lists.role_file, {"form": "pdf"}, name="role-pdf"),
    path("duties/roles/<slug:role>/lists.xlsx", lists.role_file, {"form": "xlsx"}, name="role-xlsx"),
    path("issues/", issues.index, name="issues"),
    path("issues/report/", issues.report, name="report"),
    path("issues/<int:pk>/", issues.issue, name="issue"),
    path("issues/<int:pk>/reopen/", issues.reopen, name="reopen"),
    path("guide/", guide.index, name="guides"),
    path("guide/worker.js", guide.worker, name="worker"),
    path("guide/guide.webmanifest", guide.manifest, name="manifest"),
    path("guide/<slug:role>.pdf", guide.booklet, name="booklet"),
    path("guide/<slug:role>/", guide.guide, name="guide"),
]
