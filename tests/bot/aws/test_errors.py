"""AWS's errors in words."""

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from bot.aws.errors import told
from bot.errors import AwsDenied, AwsError, AwsUnreachable


def answer(code, message="", operation="ListUsers", status=400):
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}, operation
    )


def raised(error, service="iam", region=""):
    with pytest.raises(AwsError) as caught, told(service, region):
        raise error
    return caught.value


@pytest.mark.parametrize(
    ("code", "message", "permission"),
    [
        (
            "AccessDenied",
            (
                "User: arn:aws:sts::111122223333:assumed-role/R/s is not authorized to perform: iam:ListUsers on: "
                "arn:aws:iam::111122223333:user/ because no identity-based policy allows the iam:ListUsers action"
            ),
            "iam:ListUsers",
        ),
        (
            "UnauthorizedOperation",
            (
                "You are not authorized to perform this operation. User: x is not authorized to perform: "
                "ec2:DescribeInstances with an explicit deny in a service control policy"
            ),
            "ec2:DescribeInstances",
        ),
        ("AccessDeniedException", "", "iam:ListUsers"),
        ("AuthorizationError", "no", "iam:ListUsers"),
    ],
)
def test_a_refusal_names_the_permission_as_aws_does_or_else_by_the_call(code, message, permission):
    error = raised(answer(code, message, status=403))

    assert isinstance(error, AwsDenied)
    assert error.permission == permission
    assert permission in str(error)


def test_an_operation_whose_action_has_another_name_is_told_by_the_action():
    assert raised(answer("AccessDenied", "Access Denied", "ListBuckets"), "s3").permission == "s3:ListAllMyBuckets"


def test_a_role_that_may_not_be_assumed_is_told_as_that_whatever_was_called():
    assert raised(answer("AccessDenied", "", "AssumeRole"), "ec2", "eu-west-1").permission == "sts:AssumeRole"


def test_an_encoded_message_that_nobody_can_read_is_left_out():
    message = "You are not authorized to perform this operation. Encoded authorization failure message: 4NyT7a"

    assert "4NyT7a" not in str(raised(answer("UnauthorizedOperation", message, "DescribeVpcs"), "ec2"))


@pytest.mark.parametrize(
    "error",
    [
        answer("Throttling"),
        answer("RequestLimitExceeded", status=503),
        answer("OptInRequired"),
        answer("AuthFailure", status=401),
        answer("InternalError", status=500),
        EndpointConnectionError(endpoint_url="https://ec2.eu-west-1.amazonaws.com"),
        ConnectTimeoutError(endpoint_url="https://ec2.eu-west-1.amazonaws.com"),
        ReadTimeoutError(endpoint_url="https://ec2.eu-west-1.amazonaws.com"),
    ],
)
def test_what_got_no_answer_is_unreachable_and_says_where(error):
    told_ = raised(error, "ec2", "eu-west-1")

    assert isinstance(told_, AwsUnreachable)
    assert "eu-west-1" in str(told_)


def test_any_other_error_keeps_the_code_of_aws():
    error = raised(answer("NoSuchEntity", "The user cannot be found."))

    assert (type(error), error.code, error.operation) == (AwsError, "NoSuchEntity", "ListUsers")
    assert "The user cannot be found" in str(error)


def test_without_credentials_a_person_is_told_how_to_give_them():
    assert "AWS_PROFILE" in str(raised(NoCredentialsError()))


def test_what_botocore_adds_one_day_is_still_an_error_in_words():
    assert type(raised(BotoCoreError())) is AwsError
