/** Select menus: static, users, channels and conversations; one choice or several. */

import { h, icon } from "./dom.js";
import { justClosed, openMenu } from "./menu.js";
import { plain } from "./mrkdwn.js";

/** A source of choices: {groups(element, surface), initial(element, surface), many}. Values are what the API holds. */
const SOURCES = {
  static_select: {
    groups: optionGroups,
    initial: (element) => element.initial_option ?? null,
    manyInitial: (element) => element.initial_options ?? [],
  },
  users_select: {
    groups: (element, surface) => [{ items: surface.lists.users() }],
    initial: (element) => element.initial_user ?? null,
    manyInitial: (element) => element.initial_users ?? [],
  },
  channels_select: {
    groups: (element, surface) => [{ items: surface.lists.channels() }],
    initial: (element) => element.initial_channel ?? null,
    manyInitial: (element) => element.initial_channels ?? [],
  },
  conversations_select: {
    groups: (element, surface) => [
      { label: "Channels", items: surface.lists.channels() },
      { label: "People", items: surface.lists.directs() },
    ],
    initial: (element, surface) => element.initial_conversation ?? (element.default_to_current_conversation ? surface.channel : null),
    manyInitial: (element, surface) =>
      element.initial_conversations ?? (element.default_to_current_conversation && surface.channel ? [surface.channel] : []),
  },
};

function optionGroups(element) {
  const items = (options) => (options ?? []).map((option) => ({
    label: plain(option.text), description: plain(option.description), value: option,
  }));
  if (!element.option_groups) return [{ items: items(element.options) }];
  return element.option_groups.map((group) => ({ label: plain(group.label), items: items(group.options) }));
}

const idOf = (value) => (value && typeof value === "object" ? value.value : value);

function single(source) {
  return (element, block, surface) => {
    const words = h("span", { class: "select-words" });
    const items = () => source.groups(element, surface);
    const show = (value) => {
      const item = items().flatMap((group) => group.items).find((one) => idOf(one.value) === idOf(value));
      words.replaceChildren(item?.label ?? (plain(element.placeholder) || "Select an item"));
      words.classList.toggle("placeholder", !item);
    };
    const opener = h("button", {
      type: "button", class: "select", "aria-haspopup": "listbox", "aria-expanded": "false",
      data: { key: `${block.block_id} ${element.action_id}`, action: element.action_id ?? "" },
      on: {
        click: () => justClosed(opener) || openMenu(opener, {
          label: plain(element.placeholder) || "Choices",
          groups: marked(items(), [surface.field(block, element, null)]),
          pick: async (value) => {
            const before = surface.field(block, element, null);
            show(value);
            if (await surface.change(block, element, value, opener)) return;
            surface.keep(block, element, before); // the person said no to the question
            show(before);
          },
        }),
      },
    }, words, icon("down"));
    show(surface.field(block, element, source.initial(element, surface)));
    return opener;
  };
}

const marked = (groups, chosen) => {
  const ids = new Set(chosen.filter((value) => value !== null).map(idOf));
  return groups.map((group) => ({ ...group, items: group.items.map((item) => ({ ...item, chosen: ids.has(idOf(item.value)) })) }));
};

function multiple(source) {
  return (element, block, surface) => {
    const items = () => source.groups(element, surface).flatMap((group) => group.items);
    const chosen = () => surface.field(block, element, source.manyInitial(element, surface)) ?? [];
    const chips = h("span", { class: "chips" });
    const opener = h("button", {
      type: "button", class: "select-open", "aria-haspopup": "listbox", "aria-expanded": "false",
      data: { key: `${block.block_id} ${element.action_id}`, action: element.action_id ?? "" },
      on: { click: () => justClosed(opener) || open() },
    });
    const set = (values) => {
      surface.keep(block, element, values);
      show();
    };
    const show = () => {
      chips.replaceChildren(...chosen().map((value) => {
        const label = items().find((one) => idOf(one.value) === idOf(value))?.label ?? idOf(value);
        const remove = () => {
          set(chosen().filter((one) => idOf(one) !== idOf(value)));
          surface.change(block, element, chosen(), opener);
        };
        return h("span", { class: "chip" }, label,
          h("button", { type: "button", "aria-label": `Remove ${label}`, on: { click: remove } }, icon("close")));
      }));
      const empty = chosen().length === 0;
      const words = plain(element.placeholder) || "Select options";
      opener.replaceChildren(h("span", { class: empty ? "placeholder" : "visually-hidden" }, words), icon("down"));
    };
    const open = () => {
      const before = JSON.stringify(chosen());
      const limit = element.max_selected_items ?? Infinity;
      openMenu(opener, {
        label: plain(element.placeholder) || "Choices", multiple: true, groups: marked(source.groups(element, surface), chosen()),
        pick: (value, item) => {
          const rest = chosen().filter((one) => idOf(one) !== idOf(value));
          set(item.chosen ? [...rest, value].slice(0, limit) : rest);
        },
        done: () => JSON.stringify(chosen()) !== before && surface.change(block, element, chosen(), opener),
      });
    };
    show();
    return h("span", { class: "select multi" }, chips, opener);
  };
}

/** Element type → how to draw it. */
export const CHOICES = Object.fromEntries(Object.entries(SOURCES).flatMap(([type, source]) => [
  [type, single(source)], [`multi_${type}`, multiple(source)],
]));
