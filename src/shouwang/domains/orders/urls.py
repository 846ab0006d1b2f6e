"""Routes of orders."""

from __future__ import annotations

from django.urls import path

from shouwang.domains.orders import views

app_name = "orders"
urlpatterns = [
    path("orders/", views.index, name="list"),
    path("orders/new/", views.new, name="new"),
    path("orders/<int:pk>/", views.order, name="order"),
    path("orders/<int:pk>/nudge/", views.nudge, name="nudge"),
    path("orders/<int:pk>/close/", views.close, name="close"),
]
