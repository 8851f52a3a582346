/** Times as Slack writes them, in the zone of the person who reads. */

const ordinal = (day) => `${day}${day % 100 - day % 10 === 10 ? "th" : ["th", "st", "nd", "rd"][day % 10] ?? "th"}`;

const NUMBERS = {
  hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
};
const formats = new Map(); // making one takes longer than drawing a message

function formatIn(zone, options) {
  const key = JSON.stringify([zone, options]);
  if (!formats.has(key)) formats.set(key, makeFormat(zone, options));
  return formats.get(key);
}

function makeFormat(zone, options) {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: zone, ...options });
  } catch {
    return new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...options }); // a person's zone may not exist
  }
}

function parts(epoch, zone) {
  const found = formatIn(zone, NUMBERS).formatToParts(new Date(epoch * 1000));
  return Object.fromEntries(found.map(({ type, value }) => [type, value]));
}

const named = (epoch, zone, options) => formatIn(zone, options).format(new Date(epoch * 1000));

/** "2026-11-25" in the zone; epoch in seconds. */
export function dayOf(epoch, zone) {
  const { year, month, day } = parts(epoch, zone);
  return `${year}-${month}-${day}`;
}

/** "today", "yesterday", "tomorrow" or "" in the zone. */
function nearDay(epoch, zone, now) {
  const days = (day) => Date.parse(`${day}T00:00Z`) / 86_400_000;
  const distance = days(dayOf(epoch, zone)) - days(dayOf(now, zone));
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[distance] ?? "";
}

/** "3 hours ago", "in 2 days"; both epochs in seconds. */
export function ago(epoch, now) {
  const units = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const distance = epoch - now;
  const [unit, size] = units.find(([, seconds]) => Math.abs(distance) >= seconds) ?? ["second", 1];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(Math.trunc(distance / size), unit);
}

const TOKENS = {
  date_num: dayOf,
  date_slash: (epoch, zone) => dayOf(epoch, zone).split("-").reverse().join("/"),
  date: (epoch, zone) =>
    `${named(epoch, zone, { month: "long" })} ${ordinal(Number(parts(epoch, zone).day))}, ${parts(epoch, zone).year}`,
  date_short: (epoch, zone) => named(epoch, zone, { month: "short", day: "numeric", year: "numeric" }),
  date_long: (epoch, zone) => `${named(epoch, zone, { weekday: "long" })}, ${TOKENS.date(epoch, zone)}`,
  date_long_full: (epoch, zone) => named(epoch, zone, { month: "long", day: "numeric", year: "numeric" }),
  date_pretty: (epoch, zone, now) => nearDay(epoch, zone, now) || TOKENS.date(epoch, zone),
  date_short_pretty: (epoch, zone, now) => nearDay(epoch, zone, now) || TOKENS.date_short(epoch, zone),
  date_long_pretty: (epoch, zone, now) => nearDay(epoch, zone, now) || TOKENS.date_long(epoch, zone),
  day_divider_pretty: (epoch, zone, now) => nearDay(epoch, zone, now) || withoutThisYear(epoch, zone, now),
  time: (epoch, zone) => named(epoch, zone, { hour: "numeric", minute: "2-digit" }),
  time_secs: (epoch, zone) => named(epoch, zone, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago: (epoch, zone, now) => ago(epoch, now),
};

function withoutThisYear(epoch, zone, now) {
  const text = TOKENS.date_long(epoch, zone);
  return parts(epoch, zone).year === parts(now, zone).year ? text.replace(/, \d+$/, "") : text;
}

/**
 * A template such as "{date_short_pretty} at {time}" filled in; epochs in seconds. Null when the epoch is no
 * number or a token is unknown: the caller then shows the fallback, as Slack does.
 * Tokens: https://docs.slack.dev/reference/block-kit/block-elements/date-element
 */
export function formatDate(epoch, template, zone, now = Date.now() / 1000) {
  const known = [...template.matchAll(/\{(\w+)\}/g)].every(([, token]) => Object.hasOwn(TOKENS, token));
  if (!known || !Number.isFinite(epoch) || Math.abs(epoch) > 8.64e12) return null;
  return template.replace(/\{(\w+)\}/g, (_, token, at) => {
    const words = TOKENS[token](epoch, zone, now).replace(/\u202f/g, " ");
    return at === 0 && token !== "ago" ? words.charAt(0).toUpperCase() + words.slice(1) : words;
  });
}

/** "2026-11-25T14:30" as a clock on the wall of the zone shows it; epoch in seconds. */
export function wallClock(epoch, zone) {
  const { year, month, day, hour, minute } = parts(epoch, zone);
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

/** The epoch in seconds at which the wall clock of the zone shows `wall`; null when that is no time. */
export function epochOf(wall, zone) {
  const asUtc = Date.parse(`${wall}Z`) / 1000;
  if (!Number.isFinite(asUtc)) return null;
  const offsetAt = (epoch) => Date.parse(`${wallClock(epoch, zone)}Z`) / 1000 - epoch;
  const near = asUtc - offsetAt(asUtc); // right unless the clocks change in between: so look once more
  return asUtc - offsetAt(near);
}
