"""The schema, as steps that are only ever added to. Times are ISO 8601 in UTC; `*_json` columns hold JSON."""

from sqlite_utils import Database, Migrations

MIGRATIONS = Migrations("picket")


@MIGRATIONS()
def m001_begin(db: Database) -> None:
    """Alerts and their members and timeline, the outbox, audits and findings, remediations, events, slots."""
    for statement in _BEGIN:
        db.execute(statement)


_BEGIN = (
    # One problem that people are told of. `identity` is (account, region unless global, resource, problem). `shown` is
    # the one place that says which alerts count as told: what is quiet from its first moment on is no news to anybody,
    # but what somebody snoozed is on their lists. Members of a storm belong to them too.
    """create table alerts (
        id text primary key,
        identity text not null,
        source text not null, type text not null, account text not null, region text not null,
        resource text not null, severity integer not null, title text not null,
        facts_json text not null, sample integer not null default 0,
        state text not null, count integer not null default 1, channel text not null,
        mention text not null default '', copies_json text not null default '{}',
        cards integer not null default 1, storm text,
        problem text not null default '', why text not null default '', apart integer not null default 0,
        opened_at text not null, updated_at text not null,
        acknowledged_by text, acknowledged_at text,
        snoozed_by text, snoozed_at text, snoozed_until text,
        snoozed_ends text, snoozed_count integer, snooze text, muted text,
        assigned_to text, assigned_by text, assigned_at text, open_since text,
        resolved_by text, resolved_at text, resolution text,
        shown integer not null generated always as (
            cards > 0 or storm is not null or (state = 'snoozed' and muted is null)
        ) virtual
    )""",
    "create unique index alerts_identity on alerts(identity)",
    "create index alerts_state on alerts(state, severity)",
    # The lists of App Home, in their order: each is read a page at a time. 4 is critical.
    (
        "create index alerts_critical on alerts(coalesce(open_since, opened_at) desc, id) "
        "where shown and severity = 4 and state in ('open', 'acknowledged')"
    ),
    (
        "create index alerts_open on alerts(severity desc, coalesce(open_since, opened_at), id) "
        "where shown and state = 'open'"
    ),
    "create index alerts_snoozed on alerts(snoozed_until, id, shown) where state = 'snoozed'",
    "create index alerts_muted on alerts(snoozed_until, id) where muted is not null",
    "create index alerts_acknowledged on alerts(acknowledged_by) where state = 'acknowledged'",
    "create index alerts_assigned on alerts(assigned_to) where state != 'resolved' and assigned_to is not null",
    # Snoozes of more than one alert: they cover what matches and is not critical, new alerts included.
    """create table snoozes (
        id text primary key, scope text not null, value text not null, account text not null, alert text not null,
        by text not null, at text not null, until text not null, ends text, ended_at text, ended_by text
    ) without rowid""",
    "create index snoozes_running on snoozes(until) where ended_at is null",
    "create index alerts_storm on alerts(storm) where storm is not null",
    # Storms: when each channel got a new card lately, or would have got one; the roll-ups, one at a time in a channel,
    # `stale` when one is to be shown anew; and all alerts that ever joined each.
    "create table raised (channel text not null, at text not null)",
    "create index raised_channel on raised(channel, at)",
    """create table storms (
        id text primary key, channel text not null, mention text not null, began_at text not null, ended_at text,
        stale integer not null default 0,
        deed text, done_by text not null default '', done_at text, done integer not null default 0
    ) without rowid""",
    "create unique index storms_running on storms(channel) where ended_at is null",
    """create table storm_members (
        storm text not null references storms(id),
        alert text not null references alerts(id) deferrable initially deferred,
        primary key (storm, alert)
    ) without rowid""",
    # The steps of an escalation that were taken for all of a roll-up that nobody had acknowledged.
    """create table storm_steps (
        storm text not null references storms(id), step text not null, at text not null, primary key (storm, step)
    ) without rowid""",
    # The steps of an escalation that were taken, of each time an alert was open.
    """create table escalations (
        alert text not null references alerts(id), since text not null, step text not null, at text not null,
        primary key (alert, since, step)
    ) without rowid""",
    # What people have open: their App Home, and the details of an alert or a remediation.
    """create table open_views (
        id text primary key, user text not null, kind text not null, subject text not null, pages_json text not null,
        until text not null, shown text not null
    ) without rowid""",
    # The time zones of people, as Slack last named them.
    "create table people (id text primary key, zone text not null, read_at text not null) without rowid",
    # What people are called, as Slack last said.
    "create table names (id text primary key, name text not null, read_at text not null) without rowid",
    # The sources' own ids and what each last said: an alert resolves when all of its members have.
    """create table members (
        alert text not null references alerts(id), source text not null, source_id text not null,
        active integer not null, count integer not null, severity integer not null, updated_at text not null,
        type text not null, region text not null, resource text not null, title text not null,
        sample integer not null, facts_json text not null,
        primary key (alert, source, source_id)
    )""",
    "create index members_told on members(source, source_id)",
    # Problems whose sources are kept apart; `identity` is that of the joined alert.
    "create table splits (identity text primary key, by text not null, at text not null) without rowid",
    (
        "create table timeline (id integer primary key, alert text not null references alerts(id), "
        "at text not null, who text not null, what text not null)"
    ),
    "create index timeline_alert on timeline(alert, at)",
    # What the queue brought and nobody has worked on yet; with `given_up_at`, what is to go to the dead-letter queue.
    """create table inbox (
        id integer primary key, message text not null unique, received_at text not null,
        tries integer not null default 0, not_before text, given_up_at text, why text not null default '',
        body text not null
    )""",
    "create index inbox_later on inbox(not_before) where not_before is not null",
    "create index inbox_given_up on inbox(id) where given_up_at is not null",
    # What came in, whole, once: deduplicated by the id of the event or message.
    """create table events (
        id text primary key, received_at text not null, source text not null,
        outcome text not null, alert text, why text, body text not null
    )""",
    "create index events_received on events(received_at)",
    # When what AWS holds was last compared with what the queue brought.
    """create table looks (
        account text not null, region text not null, source text not null, since text not null,
        looked_at text, failed_at text, why text not null default '', missed integer not null default 0,
        primary key (account, region, source)
    ) without rowid""",
    # Drills: each is sent through AWS, and watched until it is posted.
    """create table drills (
        id text primary key, asked_by text not null, asked_at text not null, due_at text not null,
        how text not null default '', sample text not null default '', finding text not null default '',
        sent_at text, received_at text, taken_at text, posted_at text,
        failed_at text, why text not null default ''
    ) without rowid""",
    "create index drills_asked on drills(asked_at)",
    # What goes out. A row is removed from sight (sent_at) only when Slack has answered. Rows of a lane go one by one; a
    # message without a body is a card, drawn when it is sent.
    """create table outbox (
        id integer primary key, kind text not null, key text not null, channel text not null,
        lane text not null, urgent integer not null default 0, parent text, user text,
        created_at text not null, not_before text not null,
        attempts integer not null default 0, begun_at text, sent_at text, failed_at text, error text,
        text text not null default '', body_json text not null default '{}', content blob
    )""",
    "create index outbox_lanes on outbox(lane, urgent desc, id) where sent_at is null and failed_at is null",
    "create index outbox_key on outbox(key)",
    "create index outbox_given_up on outbox(failed_at, id) where failed_at is not null",
    # Where a keyed message stands in Slack.
    """create table messages (
        key text primary key, channel text not null, ts text not null, posted_at text not null
    ) without rowid""",
    "create index messages_posted on messages(posted_at, channel, ts)",
    # When Slack was not heard, so that a restart in such a time still says when it was over.
    "create table deafness (since text primary key, reason text not null, until text) without rowid",
    """create table audits (
        id text primary key, kind text not null, selector text not null, state text not null,
        requested_by text not null, channel text not null, public integer not null default 0,
        created_at text not null, started_at text, finished_at text, progress_json text not null default '{}',
        summary_json text not null default '{}', error text
    )""",
    "create index audits_state on audits(state, created_at)",
    # The accounts that an audit is through with: a restart goes on with the others.
    """create table audited (
        audit text not null references audits(id), account text not null, part_json text not null,
        primary key (audit, account)
    ) without rowid""",
    # What an audit answered, and what was new in that.
    """create table results (
        audit text not null references audits(id), finding text not null, check_id text not null,
        account text not null, region text not null, resource text not null, status text not null,
        severity integer not null, change text, finding_json text not null,
        primary key (audit, finding)
    ) without rowid""",
    "create index results_worst on results(audit, status, severity)",
    # The newest answer for each finding, and its history in dates.
    """create table findings (
        id text primary key, check_id text not null, account text not null, region text not null,
        resource text not null, status text not null, severity integer not null, title text not null,
        evidence_json text not null, reason text not null,
        first_seen text, last_seen text not null, changed_at text not null, fixed_at text,
        told integer, audit text not null
    )""",
    "create index findings_open on findings(status, severity)",
    "create index findings_resource on findings(resource)",
    "create index findings_changed on findings(changed_at)",
    "create index findings_account on findings(account, last_seen)",
    # Which checks were judged where, so that the first answer there is a baseline and no news.
    """create table judged (
        account text not null, check_id text not null, region text not null, since text not null,
        primary key (account, check_id, region)
    ) without rowid""",
    """create table remediations (
        id text primary key, remedy text not null, account text not null, region text not null,
        resource text not null, parameters_json text not null, alert text, parent text, check_id text,
        standing integer not null default 0,
        channel text not null, requested_by text not null, requested_at text not null,
        state text not null, preview_json text, fingerprint text not null default '',
        expires_at text, approved_by text, undo_by text, undo_until text,
        outcome text not null default '', story_json text not null default '[]', updated_at text not null
    )""",
    "create index remediations_state on remediations(state, updated_at)",
    # How each alert and finding came to stand as it does: a row each time that changed, whoever changed it, in the
    # order in which that was committed. An alert that is not shown is as one that is not there. `initial`: met where
    # its check had never been judged.
    """create table transitions (
        id integer primary key, kind text not null, subject text not null, at text not null,
        was text, was_severity integer, was_owner text, became text, severity integer, owner text,
        who text, why text, initial integer not null default 0
    )""",
    "create index transitions_at on transitions(kind, at)",
    "create index transitions_subject on transitions(subject, id)",
    """create trigger alerts_begun after insert on alerts
    begin
        insert into transitions(kind, subject, at, became, severity, owner, who, why)
        values ('alert', new.id, new.updated_at, case when new.shown or new.state = 'resolved' then new.state end,
            new.severity, coalesce(new.assigned_to, new.acknowledged_by),
            coalesce(new.resolved_by, new.acknowledged_by), new.resolution);
    end""",
    """create trigger alerts_moved after update on alerts
    when (old.state, old.shown, old.severity, old.assigned_to, old.acknowledged_by)
        is not (new.state, new.shown, new.severity, new.assigned_to, new.acknowledged_by)
    begin
        insert into transitions(
            kind, subject, at, was, was_severity, was_owner, became, severity, owner, who, why
        ) values ('alert', new.id, new.updated_at,
            case when old.shown or old.state = 'resolved' then old.state end, old.severity,
            coalesce(old.assigned_to, old.acknowledged_by),
            case when new.shown or new.state = 'resolved' then new.state end, new.severity,
            coalesce(new.assigned_to, new.acknowledged_by),
            coalesce(new.resolved_by, new.acknowledged_by), new.resolution);
    end""",
    """create trigger findings_begun after insert on findings when new.status in ('FAIL', 'UNKNOWN')
    begin
        insert into transitions(kind, subject, at, became, severity, why, initial)
        values ('finding', new.id, new.last_seen, new.status, new.severity, new.reason,
            new.status = 'FAIL' and not exists (select 1 from judged where account = new.account
            and check_id = new.check_id and region = new.region));
    end""",
    """create trigger findings_moved after update of status, severity on findings
    when (old.status, old.severity) is not (new.status, new.severity)
        and (old.status in ('FAIL', 'UNKNOWN') or new.status in ('FAIL', 'UNKNOWN'))
    begin
        insert into transitions(kind, subject, at, was, was_severity, became, severity, why, initial)
        values ('finding', new.id, new.last_seen, old.status, old.severity, new.status, new.severity, new.reason,
            new.status = 'FAIL' and old.first_seen is null and not exists (select 1 from judged
            where account = new.account and check_id = new.check_id and region = new.region));
    end""",
    """create trigger findings_gone after delete on findings when old.status in ('FAIL', 'UNKNOWN')
    begin
        insert into transitions(kind, subject, at, was, was_severity)
        values ('finding', old.id, old.last_seen, old.status, old.severity);
    end""",
    # What each digest tells of: where one ends, the next of its channel and schedule begins. `mark` is the last
    # transition that was committed when it looked.
    """create table digests (
        key text primary key, channel text not null, schedule text not null, zone text not null,
        since text not null, until text not null, asked_by text, asked_at text not null,
        tries integer not null default 0, told_at text, mark integer, failed_at text
    ) without rowid""",
    "create index digests_pending on digests(until) where told_at is null and failed_at is null",
    "create index digests_until on digests(channel, schedule, until)",
    # Files that a message still waits for in its thread; they take longer to make than a transaction may last.
    """create table attachments (
        key text primary key, maker text not null, parent text not null, requested_at text not null,
        attempts integer not null default 0, made_at text, failed_at text, error text
    ) without rowid""",
    "create index attachments_due on attachments(requested_at) where made_at is null and failed_at is null",
    # What AWS Organizations last said of its accounts, and since when it says no more.
    """create table organization (
        one integer primary key check (one = 1),
        members_json text not null default '[]',
        read_at text,
        failed_at text,
        why text not null default ''
    )""",
    # A scheduled slot is claimed once, whatever restarts between.
    (
        "create table slots (job text not null, slot text not null, claimed_at text not null, primary key (job, slot)) "
        "without rowid"
    ),
)
