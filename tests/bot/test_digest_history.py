"""Whatever happens, what a digest tells is what lies between the digest before it and how things stand."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import alerts as life
from bot import config, digest, relay
from bot.alerts import Resolution
from bot.digest_facts import gather
from bot.errors import UserError
from bot.period import Net, Window, changes, failing, open_, unjudged
from bot.store import findings, transitions
from bot.store.transitions import Kind
from checks.model import Finding, Severity, Status
from tests import alerting
from tests.alerting import ACCOUNT, NOW, Clock, a_signal

HOURLY = config.Digest(channel="#security-digest", schedule="0 * * * *")
DEEDS = {
    "acknowledge": lambda alert, now: life.acknowledge(alert, "UANNA", now),
    "give back": lambda alert, now: life.unacknowledge(alert, "UANNA", now),
    "assign": lambda alert, now: life.assign(alert, "UANNA", "UBEN", now),
    "snooze": lambda alert, now: life.snooze(alert, "UANNA", now + timedelta(hours=2), now),
    "rouse": lambda alert, now: life.rouse(alert, "UANNA", now),
    "resolve": lambda alert, now: life.resolve(alert, "UANNA", Resolution.FIXED, now),
    "reopen": lambda alert, now: life.reopen(alert, "UANNA", now),
}
NAMES = ("alice", "bob", "carol")
STANDS = {"alerts": open_, "failing": failing, "gaps": unjudged}

signals = st.tuples(st.just("signal"), st.sampled_from(NAMES), st.sampled_from(Severity), st.booleans())
deeds = st.tuples(st.just("deed"), st.sampled_from(NAMES), st.sampled_from(list(DEEDS)))
answers = st.tuples(st.sampled_from((None, *Status)), st.sampled_from(Severity))
audits = st.tuples(st.just("audit"), st.lists(answers, min_size=3, max_size=3), st.booleans())
digests = st.tuples(st.just("digest"), st.sampled_from((0, 0, 20)))
passing = st.tuples(st.just("pass"), st.integers(0, 90))
wakes = st.tuples(st.just("wake"))


@dataclass
class World:
    """A Picket to which things happen, and what stood after each."""

    services: object
    clock: Clock
    past: list = field(default_factory=list)

    def stands(self):
        """By kind, what is open, fails and cannot be judged now, with its severity."""
        with self.services.store.read() as tx:
            return {
                "alerts": dict(tx.execute("select id, severity from alerts where shown and state != 'resolved'")),
                "failing": dict(tx.execute("select id, severity from findings where status = 'FAIL'")),
                "gaps": dict(tx.execute("select id, severity from findings where status = 'UNKNOWN'")),
            }

    def stood(self, at):
        """The same at a moment."""
        return next((state for when, state in reversed(self.past) if when <= at), {kind: {} for kind in STANDS})

    def happen(self, what, *given):
        """One step."""
        getattr(self, f"_{what}")(*given)
        self.past.append((self.clock.now, self.stands()))

    def _pass(self, minutes):
        self.clock.pass_(minutes=minutes)

    def _signal(self, name, severity, active):
        self.clock.pass_(seconds=1)
        signal = a_signal(
            event_id=f"e{self.clock.now}",
            resource=f"arn:aws:iam::{ACCOUNT}:user/{name}",
            member_id=name,
            severity=severity,
            active=active,
            at=self.clock.now,
        )
        with self.services.store.write() as tx:
            relay.take(self.services, tx, signal)

    def _deed(self, name, deed):
        alert = a_signal(resource=f"arn:aws:iam::{ACCOUNT}:user/{name}").alert_id
        with suppress(UserError):
            relay.move(self.services, alert, lambda alert: DEEDS[deed](alert, self.clock.now))

    def _audit(self, answered, covers):
        found = [
            Finding(check="iam-user-no-mfa", status=status, severity=severity, account=ACCOUNT, region="global",
                    resource=name, title="No MFA")
            for name, (status, severity) in zip(NAMES, answered, strict=True) if status
        ]  # fmt: skip
        with self.services.store.write() as tx:
            covered = [("iam-user-no-mfa", "global")] if covers else []
            findings.save(tx, ACCOUNT, found, covered, "a1", self.clock.now)

    def _wake(self):
        relay.wake_due(self.services)


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.one_of(signals, signals, deeds, deeds, audits, passing, wakes, digests), max_size=40))
def test_a_digest_with_the_changes_to_the_next_is_how_things_then_stand(tmp_path_factory, steps):
    clock = Clock()
    world = World(alerting.services(tmp_path_factory.mktemp("picket"), clock), clock)
    before, mark = None, None
    for step in [*steps, ("digest", 0)]:
        if step[0] != "digest":
            world.happen(*step)
            continue
        until = clock.now - timedelta(minutes=step[1])
        if until <= (before[0] if before else NOW - timedelta(days=1)):
            continue
        with world.services.store.write() as tx:
            digest.post(world.services, tx, HOURLY, until)
        digest.say_pending(world.services)
        with world.services.store.read() as tx:
            row = tx.execute("select since, mark from digests where until = ?", (until.isoformat(),)).fetchone()
            since = datetime.fromisoformat(row[0])
            window = Window(since, until, mark)
            before = before or (since, world.stood(since))
            facts = gather(tx, world.services.settings, window)
            now = world.stood(until)
            for kind, stands in STANDS.items():
                touched = transitions.touched(tx, Kind.ALERT if kind == "alerts" else Kind.FINDING, window)
                then = applied(before[1][kind], changes(touched, window, stands))
                # when a gap was forgotten is not known, only after which look at it
                assert (step[1] and kind == "gaps") or then == now[kind], (kind, then, now[kind])
        assert sum(facts.open.values()) == len(now["alerts"])
        assert facts.open_before == len(before[1]["alerts"])
        assert sum(facts.failing.values()) == len(now["failing"])
        assert facts.failing_before == len(before[1]["failing"])
        before, mark = (until, now), row[1]


def applied(state, told):
    """The state with what a digest tells put right."""
    after = dict(state)
    for change in told:
        if change.net in (Net.OVER, Net.BRIEF):
            after.pop(change.subject, None)
        else:
            after[change.subject] = change.became.severity
    return after
