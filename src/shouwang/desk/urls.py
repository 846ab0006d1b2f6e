"""Routes of the desk."""

from __future__ import annotations

from django.urls import path

from shouwang.desk.views import cases, duties, journal, places, procedures, shifts, starts, steps, work

app_name = "desk"
urlpatterns = [
    path("work/", work.work, name="work"),
    path("work/done/", work.done, name="work-done"),
    path("shifts/new/", shifts.new, name="shift-new"),
    path("shifts/<uuid:pk>/", shifts.shift, name="shift"),
    path("shifts/<uuid:pk>/accept/", shifts.accept, name="shift-accept"),
    path("shifts/<uuid:pk>/decline/", shifts.decline, name="shift-decline"),
    path("shifts/<uuid:pk>/recall/", shifts.recall, name="shift-recall"),
    path("shifts/<uuid:pk>/sheet/", shifts.sheet, name="shift-sheet"),
    path("steps/<int:pk>/", steps.step, name="step"),
    path("steps/<int:pk>/complete/", steps.complete, name="step-complete"),
    path("steps/<int:pk>/tick/", steps.tick, name="step-tick"),
    path("steps/<int:pk>/take/", steps.take, name="step-take"),
    path("steps/<int:pk>/offer/", steps.offer, name="step-offer"),
    path("steps/<int:pk>/proof/", steps.prove, name="step-proof"),
    path("steps/<int:pk>/report/", starts.report, name="step-report"),
    path("handovers/<int:pk>/accept/", steps.accept, name="accept"),
    path("handovers/<int:pk>/decline/", steps.decline, name="decline"),
    path("handovers/<int:pk>/recall/", steps.recall, name="recall"),
    path("cases/", cases.index, name="cases"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("cases/<int:pk>/reveal/", cases.reveal, name="reveal"),
    path("cases/<int:pk>/call/", cases.call, name="call"),
    path("duties/", duties.index, name="duties"),
    path("duties/<int:pk>/", duties.post, name="post"),
    path("duties/<int:pk>/assign/", duties.assign, name="assign"),
    path("holdings/<int:pk>/end/", duties.end, name="holding-end"),
    path("places/", places.index, name="places"),
    path("places/<slug:code>/", places.place, name="place"),
    path("places/<slug:code>/flow/<slug:part>/", places.flow, name="flow"),
    path("procedures/", procedures.index, name="procedures"),
    path("procedures/check/", procedures.check, name="check"),
    path("procedures/<slug:key>/", procedures.procedure, name="procedure"),
    path("procedures/<slug:key>/start/", starts.start, name="start"),
    path("procedures/<slug:key>/<int:version>.bpmn", procedures.drawing, name="drawing"),
    path("journal/", journal.index, name="journal"),
    path("journal/verify/", journal.verify, name="journal-verify"),
]
