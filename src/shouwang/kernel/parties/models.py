"""Tables of people and organisations. Who may read what is decided above; who may write: `services` only."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shouwang.util.ids import new_uuid
from shouwang.util.privacy import EMERGENCY, OFFICIAL_DUTY, OWN_SHREDDER, Personal
from shouwang.util.text import Text

FIND_AGAIN = Text("核对身份，再次到来时不用重填", "to know a person again without a second form")
REACH = Text("通知本人、安排随访", "to reach the person and arrange visits")


class Person(models.Model):
    """Somebody. `name` is shown masked unless it was revealed; `public_id` is the only id in addresses."""

    PERSONAL: ClassVar = {
        "name": Personal(FIND_AGAIN, EMERGENCY, keep_days=30, shred="keep-hash", label=Text("姓名", "name")),
        "sex": Personal(FIND_AGAIN, EMERGENCY, keep_days=30, shred="blank", label=Text("性别", "sex")),
        "born_on": Personal(
            Text("判断年龄相关的照护和规则", "for care and rules that depend on age"),
            EMERGENCY,
            keep_days=30,
            shred="blank",
            label=Text("出生日期", "date of birth"),
        ),
    }
    PERSONAL_OF = ""

    class Sex(models.TextChoices):
        """GB/T 2261.1, as far as an identity number tells."""

        MALE = "M", _("男")
        FEMALE = "F", _("女")

    public_id = models.UUIDField(unique=True, default=new_uuid, editable=False)
    name = models.CharField(max_length=120)
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    born_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    shredded_at = models.DateTimeField(null=True, blank=True)


class VaultField(models.TextChoices):
    """What the vault keeps about a person, at most one of each."""

    ID_NUMBER = "ID_NUMBER"
    PASSPORT = "PASSPORT"
    PHONE = "PHONE"
    ADDRESS = "ADDRESS"


class VaultItem(models.Model):
    """One encrypted field of a person. `token` finds it by exact match, `hint` is its last characters."""

    PERSONAL: ClassVar = {
        "ciphertext": Personal(FIND_AGAIN, EMERGENCY, keep_days=30, shred="delete"),
        "hint": Personal(
            Text("让本人和工作人员认出是哪一个号码", "to recognise which number is meant"),
            EMERGENCY,
            keep_days=30,
            shred="delete",
        ),
        "token": Personal(FIND_AGAIN, EMERGENCY, keep_days=30, shred="delete"),
    }
    NOT_PERSONAL: ClassVar = {"key_id": "names an encryption key"}

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="vault_items")
    field = models.CharField(max_length=10, choices=VaultField.choices)
    ciphertext = models.BinaryField()
    key_id = models.CharField(max_length=12)
    token = models.CharField(max_length=64)
    hint = models.CharField(max_length=4, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "field"], name="parties_vault_one_of_each"),
            models.UniqueConstraint(
                fields=["field", "token"],
                condition=Q(field__in=["ID_NUMBER", "PASSPORT"]),
                name="parties_vault_one_person",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["token"], name="parties_vault_token")]


class Household(models.Model):
    """A door, told only by a keyed token of its address: equal doors meet, and none is named."""

    PERSONAL: ClassVar = {
        "door_token": Personal(
            Text("识别同住的人", "to know who lives behind the same door"),
            EMERGENCY,
            keep_days=30,
            shred="delete",
        )
    }
    PERSONAL_OF = OWN_SHREDDER

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    door_token = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "door_token"], name="parties_household_one_per_door")
        ]


class Residence(models.Model):
    """A person lives at a place from `from_on` until the day before `until_on` (empty: still)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="residences")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    household = models.ForeignKey(
        Household, on_delete=models.SET_NULL, null=True, blank=True, related_name="residences"
    )
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(until_on__isnull=True), name="parties_residence_one_current"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="parties_residence_forward",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["place", "until_on"], name="parties_residence_place")]


class Organisation(models.Model):
    """A department, firm, school, bank, charity or hospital. `code` is its credit code or a district code."""

    class Kind(models.TextChoices):
        """What an organisation is."""

        DEPARTMENT = "DEPARTMENT", _("部门")
        FIRM = "FIRM", _("企业")
        SCHOOL = "SCHOOL", _("学校")
        BANK = "BANK", _("银行")
        CHARITY = "CHARITY", _("慈善组织")
        HOSPITAL = "HOSPITAL", _("医院")

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name_zh = models.CharField(max_length=160)
    name_en = models.CharField(max_length=200)
    place = models.ForeignKey(
        "places.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        """Return the Chinese name."""
        return self.name_zh


class AccountManager(BaseUserManager["Account"]):
    """Looks accounts up for signing in; accounts are made by `parties.api.create_account` only."""


class Account(AbstractBaseUser):
    """The key with which a person signs in. Reach comes from duties: no groups, no superusers."""

    PERSONAL: ClassVar = {
        "username": Personal(
            Text("登录", "to sign in"),
            OFFICIAL_DUTY,
            keep_days=30,
            shred="keep-hash",
            label=Text("用户名", "user name"),
        ),
        "password": Personal(
            Text("登录（只存散列值）", "to sign in (kept as a hash only)"),
            OFFICIAL_DUTY,
            keep_days=30,
            shred="blank",
            label=Text("密码的散列值", "hash of the password"),
        ),
    }
    NOT_PERSONAL: ClassVar = {"demo_duty": "a label on the demo's sign-in page"}

    class Language(models.TextChoices):
        """Languages of the pages."""

        CHINESE = "zh-hans", "中文"
        ENGLISH = "en", "English"

    class TypeSize(models.TextChoices):
        """How large the pages are set."""

        NORMAL = "normal", _("标准字")
        BIG = "big", _("大字")

    #: When somebody last signed in is nobody's business here, so Django's column is left out.
    last_login = None

    username = models.CharField(max_length=60, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=8, choices=Language.choices, default=Language.CHINESE)
    type_size = models.CharField(max_length=8, choices=TypeSize.choices, default=TypeSize.NORMAL)
    demo_duty = models.CharField(max_length=80, blank=True)

    objects: ClassVar = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar = []


class PersonalLink(models.Model):
    """The key to somebody's own pages without an account: an address that only they are given.

    Only a digest of its secret is kept, so that nobody can read the address out of the database. Several may
    be good at one time (one from the checkpoint, one from the community).
    """

    PERSONAL: ClassVar = {
        "secret_digest": Personal(
            Text("让本人不用账号打开自己的页面", "to let the person open their own pages without an account"),
            EMERGENCY,
            keep_days=30,
            shred="delete",
            label=Text("本人专用链接", "personal link"),
        )
    }

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="personal_links")
    secret_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
