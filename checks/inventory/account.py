"""The account as a whole."""

from dataclasses import dataclass

from checks.inventory import GLOBAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Judged by the checks whose answer is the account's own."""

    id: str
    partition: str = "aws"

    @property
    def arn(self) -> str:
        """As in the AWS Security Finding Format: `AWS::::Account:111122223333`."""
        return f"AWS::::Account:{self.id}"

    @property
    def region(self) -> str:
        """An account is everywhere."""
        return GLOBAL


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRegion:
    """The account in one of its enabled regions: judged by the checks that give an answer for each region."""

    id: str
    region: str

    @property
    def arn(self) -> str:
        """The account's."""
        return Account(id=self.id).arn
