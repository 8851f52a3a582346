"""What filter patterns mean, and which of them cover the activities of CIS AWS Foundations."""

import contextlib
import re
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.activities import missed
from checks.cloudwatch_alarms import WATCHES
from checks.metric_filter import PatternError, parse
from sandbox.aws.seeds.alarms import PATTERNS
from tests.builders import ACCOUNT

WATCHED = {watch.word: watch.activities for watch in WATCHES}
every_alarm = pytest.mark.parametrize("word", WATCHED)

EVENT = {
    "eventName": "StopLogging",
    "errorCode": "Client.UnauthorizedOperation",
    "count": 5,
    "nothing": None,
    "readOnly": False,
    "managementEvent": True,
    "userIdentity": {"type": "Root", "sessionContext": {"attributes": {"mfaAuthenticated": "false"}}},
    "resources": [{"ARN": "arn:aws:s3:::one", "n": 1}, {"ARN": "arn:aws:s3:::two", "n": 2}],
    "a-b": {"c d": "x"},
}


def matches(pattern, event=EVENT):
    return parse(pattern)(event)


@pytest.mark.parametrize(
    "pattern",
    [
        "{ $.eventName = StopLogging }",
        "{$.eventName=StopLogging}",
        '{ ($.eventName = "StopLogging") }',
        "{ (($.eventName = StopLogging)) }",
        '{ $.errorCode = "*UnauthorizedOperation" }',
        "{ $.errorCode = *UnauthorizedOperation }",
        "{ $.errorCode = Client.* }",
        "{ $.errorCode = *Unauthorized* }",
        "{ $.errorCode = %Unauthorized[A-Z]% }",
        "{ $.errorCode != %^Unauthorized% }",
        '{ $.eventName != "StartLogging" }',
        "{ $.count = 5 }",
        "{ $.count >= 5 && $.count <= 5.0 && $.count > 4.9 && $.count < 5e1 }",
        "{ $.count != 6 }",
        "{ $.nothing IS NULL }",
        "{ $.readOnly IS FALSE }",
        "{ $.managementEvent IS TRUE }",
        "{ $.userIdentity.invokedBy NOT EXISTS }",
        "{ $.userIdentity EXISTS }",
        '{ $.userIdentity.sessionContext.attributes.mfaAuthenticated = "false" }',
        '{ $.resources[1].ARN = "arn:aws:s3:::two" }',
        '{ $.resources[*].ARN = "arn:aws:s3:::two" }',
        "{ $.userIdentity.*.attributes.mfaAuthenticated = false }",
        '{ $["a-b"]["c d"] = x }',
        "{ $.a-b['c d'] = x }",
        "{ $.eventName = x || $.eventName = StopLogging && $.count = 5 }",
        "",
        "   ",
        "StopLogging",
        '"StopLogging" Unauthorized',
        "Logging -StartLogging",
        "?StartLogging ?StopLogging",
        "StopLogging ?StartLogging",
        '"\\"eventName\\":\\"StopLogging\\""',
        "%Stop[A-Z]%",
    ],
)
def test_a_pattern_matches_what_it_means(pattern):
    assert matches(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "{ $.eventName = stoplogging }",
        "{ $.eventName = Stop }",
        "{ $.eventName = StopLoggin? }",
        "{ $.eventName = [S]topLogging }",
        "{ $.errorCode = UnauthorizedOperation }",
        "{ $.eventName != StopLogging }",
        '{ $.count = "5" }',
        "{ $.count > 5 }",
        "{ $.eventName > 5 }",
        "{ $.readOnly = 0 }",
        "{ $.missing = x }",
        "{ $.missing != x }",
        "{ $.missing IS NULL }",
        "{ $.eventName IS TRUE }",
        "{ $.userIdentity NOT EXISTS }",
        "{ $.resources[2].ARN = * }",
        "{ $.resources.ARN = * }",
        "{ $.eventName.deeper = * }",
        "{ ($.eventName = x || $.eventName = StopLogging) && $.count = 6 }",
        "{ $.eventName = StopLogging && $.count = 6 || $.count = 7 }",
        "StartLogging",
        "StopLogging -Unauthorized",
        "?StartLogging ?DeleteTrail",
        "stoplogging",
    ],
)
def test_a_pattern_does_not_match_what_it_does_not_mean(pattern):
    assert not matches(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "{",
        "{ }",
        "{ $.eventName }",
        "{ $.eventName = }",
        "{ eventName = StopLogging }",
        "{ $.eventName = StopLogging",
        "{ $.eventName = StopLogging } }",
        "{ ($.eventName = StopLogging }",
        "{ $.eventName = StopLogging && }",
        "{ $.eventName = Failed authentication }",
        "{ $.eventName IS BLUE }",
        "{ $.eventName LIKE x }",
        "{ $.count > x }",
        "{ $.count > '5' }",
        "{ $.eventName = %[% }",
        "{ $.a = $.b }",
        "{ !($.eventName = x) }",
        "[ip, user, ...]",
        '"open',
        "{ " + "(" * 2000 + "$.a = b" + ")" * 2000 + " }",
    ],
)
def test_what_is_no_pattern_is_refused_in_words(pattern):
    with pytest.raises(PatternError):
        matches(pattern)


@given(st.text(alphabet='{}()$.ab=!<>&|" *%?-[]0\\', max_size=30))
def test_any_text_is_a_pattern_or_refused(text):
    with contextlib.suppress(PatternError):
        parse(text)(EVENT)


# --- an oracle: expressions as trees, written in any way -------------------------------------------------------


@dataclass(frozen=True)
class Is:
    field: str
    value: str
    equal: bool = True


@dataclass(frozen=True)
class All:
    parts: tuple


@dataclass(frozen=True)
class Any:
    parts: tuple


def holds(tree, event):
    if isinstance(tree, Is):
        return (event[tree.field] == tree.value) == tree.equal
    return (all if isinstance(tree, All) else any)(holds(part, event) for part in tree.parts)


comparisons = st.builds(Is, st.sampled_from("abc"), st.sampled_from(["x", "y", "z"]), st.booleans())
trees = st.recursive(
    comparisons,
    lambda inner: st.builds(
        lambda kind, parts: kind(tuple(parts)),
        st.sampled_from([All, Any]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)
events = st.fixed_dictionaries(dict.fromkeys("abc", st.sampled_from(["x", "y", "z"])))


def written(tree, draw, inside=None):
    """The tree as text: spaces, quotes and needless parentheses as `draw` decides; never a needed one left out."""
    space = draw(st.sampled_from(["", " ", "\n  "]))
    if isinstance(tree, Is):
        plain = re.fullmatch(r"[\w.*]+", tree.value)
        value = tree.value if plain and draw(st.booleans()) else f'"{tree.value}"'
        text = f"$.{tree.field}{space}{'=' if tree.equal else '!='}{space}{value}"
    else:
        joint = "&&" if isinstance(tree, All) else "||"
        gap = space or " "
        text = f"{gap}{joint}{gap}".join(written(part, draw, tree) for part in tree.parts)
    needed = isinstance(inside, All) and isinstance(tree, Any) and len(tree.parts) > 1
    for _ in range(draw(st.integers(min_value=1 if needed else 0, max_value=2))):
        text = f"({space}{text}{space})"
    return text


@given(trees, events, st.data())
def test_a_pattern_means_the_same_however_it_is_written(tree, event, data):
    assert parse("{ " + written(tree, data.draw) + " }")(event) == holds(tree, event)


# --- the activities of CIS ----------------------------------------------------------------------------------------


def covers(word, pattern):
    return not missed(parse(pattern), WATCHED[word], ACCOUNT)


@every_alarm
def test_the_pattern_of_cis_covers_its_activities(word):
    assert covers(word, PATTERNS[word])


@every_alarm
def test_no_other_pattern_of_cis_covers_them(word):
    others = {other for other in PATTERNS if other != word and covers(word, PATTERNS[other])}
    assert others == set()


@every_alarm
def test_everything_is_more_and_covers(word):
    assert covers(word, "")
    assert covers(word, "{ $.eventName = * }")
    assert not covers(word, "{ $.eventName = NoSuchThing }")


@pytest.mark.parametrize(
    ("word", "pattern"),
    [
        # CIS 3.0 and 5.0 write it so, by which it takes in nearly everything
        (
            "unauthorized-api",
            (
                '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") || '
                '($.sourceIPAddress!="delivery.logs.amazonaws.com") || ($.eventName!="HeadBucket") }'
            ),
        ),
        (
            "unauthorized-api",
            (
                "{ ($.errorCode =*UnauthorizedOperation) || ($.errorCode =AccessDenied*) && "
                "($.sourceIPAddress!=delivery.logs.amazonaws.com) && ($.eventName!=HeadBucket) }"
            ),
        ),
        ("unauthorized-api", '{ $.errorCode = "*Unauth*" || $.errorCode = "*Denied*" }'),
        ("unauthorized-api", "?UnauthorizedOperation ?AccessDenied"),
        ("console-no-mfa", '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }'),
        ("root-use", "{ $.userIdentity.type = Root }"),
        (
            "iam-change",
            (
                "{ ($.eventSource=iam.amazonaws.com) && (($.eventName=Put*Policy) || ($.eventName=Delete*Policy*) || "
                "($.eventName=Create*Policy*) || ($.eventName=Attach*Policy) || ($.eventName=Detach*Policy)) }"
            ),
        ),
        ("iam-change", "{ $.eventSource = iam.amazonaws.com && $.awsRegion = us-east-1 && $.errorCode NOT EXISTS }"),
        ("cmk-disable", "{ $.eventSource = kms* && ($.eventName = DisableKey || $.eventName = ScheduleKeyDeletion) }"),
        ("console-failure", '{ $.eventName = ConsoleLogin && $.responseElements.ConsoleLogin = "Failure" }'),
        ("vpc-change", "{ $.eventName = %Vpc% }"),
    ],
)
def test_patterns_that_people_really_write_cover(word, pattern):
    assert covers(word, pattern)


@pytest.mark.parametrize(
    ("word", "pattern"),
    [
        ("unauthorized-api", '{ $.errorCode = "AccessDenied*" }'),
        ("unauthorized-api", '{ ($.errorCode = "UnauthorizedOperation") || ($.errorCode = "AccessDenied") }'),
        ("root-use", '{ $.userIdentity.type = "Root" && $.eventName = "ConsoleLogin" }'),
        ("root-use", '{ $.userIdentity.type = "Root" && $.eventType = "AwsApiCall" }'),
        ("console-no-mfa", '{ $.eventName = "ConsoleLogin" && $.userIdentity.userName = "admin" }'),
        ("console-failure", '{ $.eventName = "ConsoleLogin" && $.userIdentity.type = "Root" }'),
        ("cmk-disable", "{ $.eventSource = kms.amazonaws.com && $.eventName = DisableKey }"),
        ("organizations-change", "{ $.eventSource = iam.amazonaws.com }"),
        ("cloudtrail-change", "StopLogging"),
    ],
)
def test_patterns_that_cover_less_do_not(word, pattern):
    assert not covers(word, pattern)


def tree_of(word):
    """The CIS pattern of an alarm that lists names of events, as a tree; read apart from the parser."""
    source = re.search(r"eventSource = ([\w.]+)", PATTERNS[word])
    names = Any(tuple(Is("eventName", name) for name in re.findall(r"eventName = (\w+)", PATTERNS[word])))
    return All((Is("eventSource", source[1]), names)) if source else names


LISTS = [word for word in PATTERNS if word not in ("console-no-mfa", "console-failure", "root-use", "unauthorized-api")]


def rewritten(tree, draw):
    """The same meaning by another tree: parts shuffled, doubled, absorbed, factored out."""
    if isinstance(tree, Is):
        again = draw(st.sampled_from(["as it is", "doubled", "absorbed"]))
        if again == "doubled":
            return draw(st.sampled_from([All, Any]))((tree, tree))
        if again == "absorbed":  # a || (a && b) is a, and so is a && (a || b)
            other = Is("userAgent", draw(st.sampled_from(["x", "made-up"])), draw(st.booleans()))
            return draw(st.sampled_from([Any((tree, All((tree, other)))), All((tree, Any((tree, other))))]))
        return tree
    parts = draw(st.permutations([rewritten(part, draw) for part in tree.parts]))
    if isinstance(tree, All) and isinstance(parts[-1], Any) and draw(st.booleans()):
        return Any(tuple(All((*parts[:-1], each)) for each in parts[-1].parts))
    if isinstance(tree, Any) and len(parts) > 2 and draw(st.booleans()):
        return Any((Any(tuple(parts[:2])), *parts[2:]))
    return type(tree)(tuple(parts))


@settings(max_examples=40)
@given(st.sampled_from(LISTS), st.data())
def test_any_rewriting_that_keeps_the_meaning_is_accepted(word, data):
    assert covers(word, "{ " + written(rewritten(tree_of(word), data.draw), data.draw) + " }")


FREE = ("userIdentity.arn", "userIdentity.userName", "sourceIPAddress", "userAgent", "eventID", "requestParameters.x")


@settings(max_examples=40)
@given(st.sampled_from(LISTS), st.data())
def test_any_rewriting_that_narrows_is_not(word, data):
    draw, tree = data.draw, tree_of(word)
    names = (tree.parts[1] if isinstance(tree, All) else tree).parts
    one = draw(st.sampled_from(names))
    match draw(st.sampled_from(["left out", "excluded", "one user", "shorter", "another source"])):
        case "left out":
            less = tuple(name for name in names if name != one)
            tree = Any(less) if less else Is("eventName", "NoSuchThing")
        case "excluded":
            tree = All((tree, Is("eventName", one.value, equal=False)))
        case "one user":
            tree = All((tree, Is(draw(st.sampled_from(FREE)), draw(st.sampled_from(["alice", "10.0.0.*", "us-*"])))))
        case "shorter":
            tree = Any(tuple(Is("eventName", one.value[:-1]) if name == one else name for name in names))
        case "another source":
            tree = All((tree, Is("eventSource", "other.amazonaws.com")))
    assert not covers(word, "{ " + written(rewritten(tree, draw), draw) + " }")


@every_alarm
def test_a_filter_for_one_region_covers_only_what_is_in_no_other(word):
    pattern = PATTERNS[word].strip()[1:-1]
    narrowed = f'{{ ({pattern}) && ($.awsRegion = "us-east-1") }}'
    assert covers(word, narrowed) == (word in ("iam-change", "organizations-change"))


@every_alarm
def test_an_account_may_ask_for_its_own_events(word):
    pattern = PATTERNS[word].strip()[1:-1]
    assert covers(word, f'{{ ({pattern}) && $.recipientAccountId = "{ACCOUNT}" }}')
    assert not covers(word, f'{{ ({pattern}) && $.recipientAccountId = "999999999999" }}')
