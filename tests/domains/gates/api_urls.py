"""The product's routes with the API of gates alone."""

from __future__ import annotations

from django.urls import path
from ninja import NinjaAPI

from shouwang.domains.gates.endpoints import router
from shouwang.urls import urlpatterns as product

api = NinjaAPI(urls_namespace="gates-test")
api.add_router("/gates", router)
urlpatterns = [path("api/v1/", api.urls), *product]
