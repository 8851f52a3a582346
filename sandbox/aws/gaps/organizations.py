"""Organizations: a delegated administrator reads the accounts, units and tags; another member account may not."""

from typing import Any

from sandbox.aws.patch import Patch

READS = (
    "list_accounts",
    "list_accounts_for_parent",
    "list_organizational_units_for_parent",
    "list_roots",
    "list_tags_for_resource",
)


def install(patch: Patch) -> None:
    """Answer for the management account and its delegates alone."""
    from moto.core.exceptions import JsonRESTError
    from moto.organizations.models import OrganizationsBackend, organizations_backends

    class AccessDeniedException(JsonRESTError):  # type: ignore[misc]
        code = 400

    def for_those_who_may(original: Any, backend: Any, *args: Any, **kwargs: Any) -> Any:
        owner = organizations_backends.master_accounts.get(backend.account_id)
        if owner is None or backend.org:
            return original(backend, *args, **kwargs)
        management = organizations_backends[owner[0]]["aws"]
        if backend.account_id not in {admin.account.id for admin in management.admins}:
            message = "You don't have permissions to access this resource."
            raise AccessDeniedException("AccessDeniedException", message)
        return original(management, *args, **kwargs)

    for operation in READS:
        patch.around(OrganizationsBackend, operation)(for_those_who_may)


def forget() -> None:
    """Forget which account belongs to which organisation: moto's own reset does not."""
    from moto.organizations.models import organizations_backends

    organizations_backends.master_accounts.clear()
