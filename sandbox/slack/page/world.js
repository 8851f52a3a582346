/** What the page knows of the workspace: the snapshot, and every event since. No DOM here. */

const byTs = (one, other) => (one.ts < other.ts ? -1 : Number(one.ts > other.ts));
const index = (rows) => new Map((rows ?? []).map((row) => [row.id, row]));

export class World {
  team = { id: "", name: "" };
  users = new Map();
  channels = new Map();
  messages = new Map();
  homes = {};
  views = {};
  commands = [];
  notices = [];
  connections = 0;
  story = null;
  ready = false;
  revision = 0; // grows when a name may have changed, so that messages that mention it are drawn again
  #read = new Map();

  static #events = {
    snapshot: (world, event) => world.#snapshot(event),
    message: (world, event) => world.#message(event.channel, event.message),
    message_deleted: (world, event) => world.#deleted(event.channel, event.ts),
    channel: (world, event) => world.#channel(event.channel),
    home: (world, event) => void (world.homes[event.user] = event.view),
    views: (world, event) => void (world.views[event.user] = event.views),
    notice: (world, event) => world.notices.push(event) && { notice: event },
    connections: (world, event) => void (world.connections = event.count),
    story: (world, event) => void (world.story = event),
  };

  /** Whether an event of the server means something to the page. */
  static knows(event) {
    return Object.hasOwn(World.#events, event.type);
  }

  /** Takes one known event in; answers what a person should be told of, or null. */
  apply(event) {
    return World.#events[event.type](this, event) ?? null;
  }

  #snapshot(event) {
    const first = !this.ready;
    this.team = event.team;
    this.users = index(event.users);
    this.channels = index(event.channels);
    this.messages = new Map(Object.entries(event.messages ?? {}).map(([id, rows]) => [id, [...rows].sort(byTs)]));
    this.homes = event.homes ?? {};
    this.views = event.views ?? {};
    this.commands = event.commands ?? [];
    this.notices = event.notices ?? [];
    this.connections = event.connections ?? 0;
    this.story = event.story ?? this.story;
    this.ready = true;
    this.revision += 1;
    if (first) for (const id of this.channels.keys()) this.#read.set(id, this.#latest(id));
  }

  #message(channel, message) {
    const rows = this.messages.get(channel) ?? [];
    const at = rows.findIndex((row) => row.ts === message.ts);
    const isNew = at < 0;
    if (isNew) rows.push(message);
    else rows[at] = message;
    this.messages.set(channel, rows.sort(byTs));
    return isNew ? { arrived: message, channel } : null;
  }

  #deleted(channel, ts) {
    this.messages.set(channel, (this.messages.get(channel) ?? []).filter((row) => row.ts !== ts));
  }

  #channel(channel) {
    this.channels.set(channel.id, channel);
    this.revision += 1;
  }

  #latest(channel) {
    return this.messages.get(channel)?.at(-1)?.ts ?? "0";
  }

  /** The people one can act as. */
  people() {
    return [...this.users.values()].filter((user) => !user.is_bot && !user.deleted);
  }

  bots() {
    return [...this.users.values()].filter((user) => user.is_bot && !user.deleted);
  }

  /** Channels (no direct messages) that this person can see, by name: guests see only their own. */
  channelsOf(viewer) {
    return [...this.channels.values()]
      .filter((channel) => !channel.is_im && !channel.is_archived)
      .filter((channel) => this.isMember(channel, viewer) || !(channel.is_private || this.users.get(viewer)?.is_restricted))
      .sort((one, other) => one.name.localeCompare(other.name));
  }

  isMember(channel, viewer) {
    return Boolean(channel.is_im || channel.members?.includes(viewer));
  }

  /** The channels that stand in this person's sidebar. */
  joinedBy(viewer) {
    return this.channelsOf(viewer).filter((channel) => this.isMember(channel, viewer));
  }

  /** [channel, the other person's id] for each direct conversation of this person. */
  directsOf(viewer) {
    return [...this.channels.values()]
      .filter((channel) => channel.is_im && (channel.user === viewer || channel.members?.includes(viewer)))
      .map((channel) => [channel, this.counterpart(channel, viewer)]);
  }

  counterpart(channel, viewer) {
    return channel.members?.find((id) => id !== viewer) ?? (channel.user === viewer ? this.bots()[0]?.id : channel.user);
  }

  directWith(viewer, other) {
    return this.directsOf(viewer).find(([, id]) => id === other)?.[0] ?? null;
  }

  /** Everything in the channel that this person may see: others' ephemeral messages are not for them. */
  visible(channel, viewer) {
    return (this.messages.get(channel) ?? []).filter((row) => !row.ephemeral_to || row.ephemeral_to === viewer);
  }

  /** The channel's main column: no replies, unless they were sent to the channel too. */
  timeline(channel, viewer) {
    return this.visible(channel, viewer).filter((row) => !isReply(row) || row.subtype === "thread_broadcast");
  }

  /** [root or undefined, replies] of a thread. */
  thread(channel, ts, viewer) {
    const rows = this.visible(channel, viewer);
    return [rows.find((row) => row.ts === ts), rows.filter((row) => row.thread_ts === ts && row.ts !== ts)];
  }

  /** Root → its replies, but for those that only one person sees. */
  replies(channel, viewer) {
    const found = new Map();
    for (const row of this.visible(channel, viewer).filter((one) => isReply(one) && !one.ephemeral_to)) {
      found.set(row.thread_ts, [...(found.get(row.thread_ts) ?? []), row]);
    }
    return found;
  }

  #key = (channel, viewer) => `${viewer} ${channel}`;

  unread(channel, viewer) {
    const since = this.#read.get(this.#key(channel, viewer)) ?? this.#read.get(channel) ?? "0";
    return this.timeline(channel, viewer).filter((row) => row.ts > since && row.user !== viewer).length;
  }

  markRead(channel, viewer) {
    this.#read.set(this.#key(channel, viewer), this.#latest(channel));
  }

  zone(viewer) {
    return this.users.get(viewer)?.tz || "UTC";
  }

  /** Names for mrkdwn, as this reader sees them. */
  names(viewer) {
    return {
      reader: viewer,
      zone: this.zone(viewer),
      user: (id) => displayName(this.users.get(id)),
      channel: (id) => this.channels.get(id)?.name ?? null,
      group: () => null, // groups come with their name in the text
    };
  }
}

export const isReply = (message) => Boolean(message.thread_ts) && message.thread_ts !== message.ts;

/** What others call a person; null when unknown. */
export const displayName = (user) => user?.real_name || user?.name || null;
