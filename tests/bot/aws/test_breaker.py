"""When AWS is out of reach, and when it only hiccups."""

import pytest

from bot.aws.breaker import PATIENCE, REST, Breaker
from bot.errors import AwsUnreachable

SERVICES = ("ec2", "rds", "sns")


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    breaker = Breaker(clock)
    breaker.answered("eu-west-1")
    breaker.answered("us-east-1")
    return breaker


def fall_silent(breaker, clock, region, services=SERVICES, seconds=PATIENCE):
    breaker.begin(region)
    clock.now += seconds
    for service in services:
        breaker.silent(region, service)


def test_a_region_that_is_silent_for_long_is_asked_no_more_and_others_are(breaker, clock):
    fall_silent(breaker, clock, "eu-west-1")
    breaker.answered("us-east-1")

    with pytest.raises(AwsUnreachable, match="eu-west-1"):
        breaker.begin("eu-west-1")
    breaker.begin("us-east-1")


def test_when_nothing_answers_anywhere_nothing_is_asked_anywhere(breaker, clock):
    fall_silent(breaker, clock, "eu-west-1", ("ec2",))
    fall_silent(breaker, clock, "us-east-1", ("iam", "sts"), seconds=0)

    with pytest.raises(AwsUnreachable, match="Check the network"):
        breaker.begin("eu-north-1")


def test_a_hiccup_is_waited_out(breaker, clock):
    fall_silent(breaker, clock, "eu-west-1", seconds=PATIENCE - 1)

    breaker.begin("eu-west-1")


def test_a_service_that_a_region_does_not_offer_silences_nothing_else(breaker, clock):
    for _ in range(4):
        fall_silent(breaker, clock, "eu-west-1", ("rds",))

    breaker.begin("eu-west-1")


def test_one_answer_ends_the_silence(breaker, clock):
    fall_silent(breaker, clock, "eu-west-1")
    breaker.answered("eu-west-1")

    breaker.begin("eu-west-1")


def test_after_a_rest_it_is_tried_again(breaker, clock):
    fall_silent(breaker, clock, "eu-west-1")
    clock.now += REST

    breaker.begin("eu-west-1")


def test_a_call_that_began_before_the_last_answer_counts_from_that_answer(breaker, clock):
    breaker.begin("eu-west-1")
    clock.now += 30
    breaker.answered("eu-west-1")
    for service in SERVICES:
        breaker.silent("eu-west-1", service)

    breaker.begin("eu-west-1")
