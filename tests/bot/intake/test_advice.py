"""What a GuardDuty card advises, for each purpose and kind of resource that GuardDuty has."""

import pytest

from bot.intake import advice

PAIRS = {
    "EC2": "Backdoor Behavior CryptoCurrency DefenseEvasion Execution Impact Recon Trojan UnauthorizedAccess",
    "IAMUser": "CredentialAccess DefenseEvasion Discovery Exfiltration Impact InitialAccess PenTest Persistence Policy "
    "PrivilegeEscalation Recon Stealth UnauthorizedAccess",
    "S3": "Discovery Execution Exfiltration Impact Object PenTest Policy Stealth UnauthorizedAccess",
    "Kubernetes": "CredentialAccess DefenseEvasion Discovery Execution Impact Persistence Policy PrivilegeEscalation",
    "Runtime": "Backdoor CryptoCurrency DefenseEvasion Discovery Execution Impact Persistence PrivilegeEscalation "
    "Trojan UnauthorizedAccess",
    "Lambda": "Backdoor CryptoCurrency Trojan UnauthorizedAccess",
    "RDS": "CredentialAccess Discovery",
    "Container": "Execution",
    "ECS": "Execution AttackSequence",
    "EKS": "AttackSequence",
    "IAM": "AttackSequence",
}
EACH = [
    *((kind, purpose) for kind, purposes in PAIRS.items() for purpose in purposes.split()),
    ("EC2", "AttackSequence"),
    ("S3", "AttackSequence"),
]


@pytest.mark.parametrize(("kind", "purpose"), EACH)
def test_every_purpose_has_a_first_step_of_its_own_for_every_kind_of_resource(kind, purpose):
    steps = advice.steps(kind, purpose, "")
    assert advice.purpose(purpose)
    assert 3 <= len(steps) <= 5
    assert steps[1:] == advice.steps(kind, "Unheard", "")


def test_no_two_kinds_of_resource_share_their_advice_for_a_purpose():
    advised = [tuple(advice.steps(kind, purpose, "")) for kind, purpose in EACH]
    assert len(set(advised)) == len(advised)


def test_a_kind_that_is_not_known_is_advised_by_its_purpose_and_in_general():
    assert advice.steps("Spaceship", "PenTest", "")[0] == "Ask your security team whether a test is planned."
    assert len(advice.steps("Spaceship", "Unheard", "")) == 2
