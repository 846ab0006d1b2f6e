"""What is stored (posts, holdings) and what is registered at start (roles)."""

from shouwang.kernel.duties.models.records import Holding, HoldingKind, Post
from shouwang.kernel.duties.models.vocabulary import (
    Level,
    Role,
    UnknownRoleError,
    leading_roles,
    register_roles,
    role,
    roles,
    roles_with,
)

__all__ = [
    "Holding",
    "HoldingKind",
    "Level",
    "Post",
    "Role",
    "UnknownRoleError",
    "leading_roles",
    "register_roles",
    "role",
    "roles",
    "roles_with",
]
