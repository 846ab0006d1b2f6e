"""Every field that could hold personal data is declared, can be shredded, and leads to its person.

A new field fails here until its model says what it is: `PERSONAL` with purpose, legal basis, retention and
shredder, or `NOT_PERSONAL` with the reason. See docs/privacy.md.
"""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldError
from django.db import models
from django.test.utils import isolate_apps

from shouwang.kernel.parties.models import Person
from shouwang.kernel.parties.services.shredding import HASH_LENGTH, blank_value
from shouwang.util import privacy
from shouwang.util.privacy import Personal
from shouwang.util.text import Text

#: What could hold something about a person. Keys and flags cannot; dates only if they tell a birthday.
SUSPECT = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.BinaryField,
    models.FileField,
    models.FloatField,
    models.DecimalField,
    models.GenericIPAddressField,
    ArrayField,
)
#: Tables of libraries, which cannot carry declarations.
FOREIGN = {
    "auth": "permissions and groups exist but are not used: reach comes from duties",
    "contenttypes": "names of tables",
    "sessions": "a random key and a signed blob with the account's id; deleted when it expires",
    "procrastinate": "names of jobs and their arguments, which are primary keys; deleted when done",
}
#: Concepts that take their personal data out themselves, in `parties.shred_person`.
OWN_SHREDDERS = {"journal.Detail", "parties.Household"}
LEGAL_WORDS = ("法", "Law")

OURS = [model for model in apps.get_models() if model._meta.app_label not in FOREIGN]
DECLARING = [model for model in OURS if privacy.declared(model)]


def label(model: type[models.Model]) -> str:
    return model._meta.label


def is_suspect(field: models.Field) -> bool:
    if field.is_relation or field.choices or field.primary_key:
        return False
    return isinstance(field, SUSPECT) or "born" in field.name or "birth" in field.name


def silent_fields(model: type[models.Model]) -> list[str]:
    known = {*privacy.declared(model), *privacy.excepted(model)}
    return [
        field.name
        for field in model._meta.concrete_fields
        if is_suspect(field) and field.name not in known and not privacy.is_conventional(field.name)
    ]


@pytest.mark.parametrize("model", OURS, ids=label)
def test_every_field_that_could_hold_personal_data_says_what_it_is(model):
    silent = silent_fields(model)
    assert not silent, (
        f"{model._meta.label} does not say whether {', '.join(silent)} holds personal data: declare it in "
        "PERSONAL, or name it in NOT_PERSONAL with the reason"
    )


@pytest.mark.parametrize("model", OURS, ids=label)
def test_declarations_name_fields_that_exist_and_give_reasons(model):
    fields = {field.name for field in model._meta.concrete_fields}
    declared, excepted = privacy.declared(model), privacy.excepted(model)
    assert {*declared, *excepted} <= fields
    assert not set(declared) & set(excepted)
    assert all(len(reason) > 10 for reason in excepted.values())


@pytest.mark.parametrize("model", DECLARING, ids=label)
def test_each_personal_field_has_purpose_basis_and_retention(model):
    for personal in privacy.declared(model).values():
        texts = [personal.purpose, personal.basis, *([personal.label] if personal.label else [])]
        assert all(text.zh and text.en for text in texts)
        assert all(word in personal.basis.zh + personal.basis.en for word in LEGAL_WORDS)
        assert personal.keep_days is None or personal.keep_days > 0


@pytest.mark.parametrize("model", DECLARING, ids=label)
def test_each_personal_row_leads_to_its_person(model):
    path = privacy.person_path(model)
    if path == privacy.OWN_SHREDDER:
        assert model._meta.label in OWN_SHREDDERS
        return
    if not path:
        assert model is Person
        return
    try:
        query = str(model._default_manager.filter(**{path: 1}).query)
    except FieldError:
        pytest.fail(f"{model._meta.label}: PERSONAL_OF = {path!r} does not lead to a person")
    here = model
    for step in path.split("__"):
        here = here._meta.get_field(step).related_model
    assert here is Person, query


@pytest.mark.parametrize("model", DECLARING, ids=label)
def test_each_personal_field_can_be_shredded_as_declared(model):
    for name, personal in privacy.declared(model).items():
        field = model._meta.get_field(name)
        if personal.shred == "blank":
            assert not field.unique, f"{name}: two shredded rows would both be blank; shred it by keep-hash"
            blank_value(field)
        elif personal.shred == "keep-hash":
            assert isinstance(field, models.CharField | models.TextField)
            assert (field.max_length or HASH_LENGTH + 1) > HASH_LENGTH
        else:
            assert personal.shred == "delete"


def test_the_tables_of_libraries_are_known_by_name():
    installed = {config.label for config in apps.get_app_configs() if list(config.get_models())}
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("shouwang.")}
    assert installed - ours == set(FOREIGN)


@isolate_apps("shouwang.kernel.parties")
def test_the_walk_notices_a_field_that_says_nothing():
    class Visit(models.Model):
        PERSONAL = {"door": Personal(Text("用途", "purpose"), privacy.EMERGENCY, 30, "blank")}
        NOT_PERSONAL = {"shift": "a number of the day's shift"}

        person = models.ForeignKey(Person, models.CASCADE, related_name="+")
        door = models.CharField(max_length=20)
        shift = models.CharField(max_length=1)
        nickname = models.CharField(max_length=20)
        temperature = models.DecimalField(max_digits=3, decimal_places=1)
        birthday_on = models.DateField()
        state = models.CharField(max_length=9)
        colour = models.CharField(max_length=9, choices=[("RED", "red")])
        visited_on = models.DateField()

        class Meta:
            app_label = "parties"

    assert silent_fields(Visit) == ["nickname", "temperature", "birthday_on"]
