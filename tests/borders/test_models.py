"""What the import linter cannot see: foreign keys by string, and the names they leave on the other side."""

from __future__ import annotations

import configparser
from pathlib import Path

from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parents[2]


def kernel_ranks() -> dict[str, int]:
    """Return the rank of each kernel concept, lowest 0, as the import contract orders them."""
    order = configparser.ConfigParser()
    order.read(ROOT / ".importlinter")
    layers = order["importlinter:contract:kernel-order"]["layers"].strip().splitlines()
    ranked = enumerate(reversed(layers))
    return {concept.strip(): rank for rank, layer in ranked for concept in layer.split("|")}


def home_of(model: type[models.Model]) -> tuple[str, str] | None:
    """Return ("kernel", "cases") or ("domains", "gates"); None for what is not ours."""
    parts = model.__module__.split(".")
    return (parts[1], parts[2]) if parts[0] == "shouwang" and parts[1] in {"kernel", "domains"} else None


def relations():
    for model in apps.get_models():
        if home_of(model) is None:
            continue
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and home_of(field.related_model):
                yield model, field, home_of(model), home_of(field.related_model)


def test_foreign_keys_point_downwards_or_stay_at_home():
    ranks = kernel_ranks()
    upward = []
    for model, field, (group, name), (target_group, target_name) in relations():
        is_at_home = (group, name) == (target_group, target_name)
        is_downward = target_group == "kernel" and (group == "domains" or ranks[name] > ranks[target_name])
        if not (is_at_home or is_downward):
            upward.append(f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}")
    assert upward == []


def test_a_domain_leaves_no_name_on_a_kernel_model():
    named = [
        f"{model._meta.label}.{field.name}"
        for model, field, (group, _), (target_group, _) in relations()
        if group == "domains" and target_group == "kernel" and not field.remote_field.hidden
    ]
    assert named == []


def test_every_model_stands_in_the_app_it_says():
    strays = [
        model._meta.label
        for model in apps.get_models()
        if (home := home_of(model)) and model._meta.app_label != home[1]
    ]
    assert strays == []


def test_no_model_lets_the_database_or_django_tell_the_time():
    automatic = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if home_of(model)
        for field in model._meta.concrete_fields
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    ]
    assert automatic == []
