"""The IAM credential report with its root row and real last uses, and root's part of the account summary."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.aws.patch import Patch

COLUMNS = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
    "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,"
    "cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)


@dataclass(frozen=True)
class RootKey:
    """An access key of the root user."""

    created: datetime
    last_used: datetime | None = None
    region: str = "us-east-1"
    service: str = "ec2"
    active: bool = True


@dataclass(frozen=True)
class RootUser:
    """What the root row tells; `mfa` is 'none', 'virtual' or 'hardware'."""

    created: datetime
    password_last_used: datetime | None = None
    mfa: str = "none"
    keys: tuple[RootKey, ...] = ()


def install(patch: Patch) -> None:
    """Build the whole report anew, root's row first."""
    from moto.iam.exceptions import ReportNotPresentException
    from moto.iam.models import IAMBackend
    from moto.iam.responses import IamResponse

    @patch.around(IAMBackend, "get_credential_report")
    def get_credential_report(_original: Any, backend: Any) -> str:
        if not backend.credential_report:
            raise ReportNotPresentException("Credential report not present")
        rows = [_root_row(backend), *(_user_row(user) for user in backend.users.values())]
        return "\n".join([COLUMNS, *(",".join(row) for row in rows)])

    @patch.around(IamResponse, "get_credential_report")
    def answer(original: Any, response: Any) -> Any:
        result = original(response)
        result.result["GeneratedTime"] = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return result


@dataclass(frozen=True, slots=True)
class _RootHolder:
    """Root as ListVirtualMFADevices tells of a device's user: without a name or a path."""

    id: str
    arn: str
    create_date: datetime
    password_last_used: datetime | None


def set_root(account: str, root: RootUser) -> None:
    """Say what the root user of an account is like: no API can create or change it."""
    from moto.iam.models import VirtualMfaDevice, iam_backends

    backend = iam_backends[account]["aws"]
    backend.root_user = root
    backend.account_summary._account_mfa_enabled = int(root.mfa != "none")
    backend.account_summary._account_access_keys_present = int(bool(root.keys))
    serial = f"arn:aws:iam::{account}:mfa/root-account-mfa-device"
    backend.virtual_mfa_devices.pop(serial, None)
    if root.mfa == "virtual":
        device = VirtualMfaDevice(account, "us-east-1", "/root-account-mfa-device")
        device.enable_date = root.created
        device.user = _RootHolder(
            id=account,
            arn=f"arn:aws:iam::{account}:root",
            create_date=root.created,
            password_last_used=root.password_last_used,
        )
        backend.virtual_mfa_devices[serial] = device


def _root_row(backend: Any) -> list[str]:
    root = vars(backend).get("root_user") or RootUser(created=datetime(2019, 3, 4, 9, 12, tzinfo=UTC))
    keys = [[_flag(key.active), _date(key.created), _date(key.last_used), *_used(key)] for key in root.keys]
    return [
        "<root_account>",
        f"arn:aws:iam::{backend.account_id}:root",
        _date(root.created),
        "not_supported",
        _date(root.password_last_used, "no_information"),
        "not_supported",
        "not_supported",
        _flag(root.mfa != "none"),
        *_two_keys(keys),
        *NO_CERTIFICATES,
    ]


def _user_row(user: Any) -> list[str]:
    keys = []
    for key in user.access_keys:
        used = key.last_used
        where = [used.region, used.service] if used else ["N/A", "N/A"]
        keys.append(
            [
                _flag(key.status == "Active"),
                _date(key.create_date),
                _date(used.timestamp if used else None),
                *where,
            ]
        )
    has_password = bool(user.password)
    changed = vars(user).get("password_last_changed", user.create_date)
    return [
        user.name,
        user.arn,
        _date(user.create_date),
        _flag(has_password),
        _date(user.password_last_used, "no_information") if has_password else "N/A",
        _date(changed) if has_password else "N/A",
        "N/A",
        _flag(bool(user.mfa_devices)),
        *_two_keys(keys),
        *NO_CERTIFICATES,
    ]


NO_KEY = ["false", "N/A", "N/A", "N/A", "N/A"]
NO_CERTIFICATES = ["false", "N/A", "false", "N/A"]


def _two_keys(keys: list[list[str]]) -> list[str]:
    return [field for key in [*keys, NO_KEY, NO_KEY][:2] for field in key]


def _used(key: RootKey) -> list[str]:
    return [key.region, key.service] if key.last_used else ["N/A", "N/A"]


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _date(moment: datetime | None, absent: str = "N/A") -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S+00:00") if moment else absent
