// The bar of filters above a list: a few fields that are always there, the others behind "More", all of it kept in the address.
// @ts-check

import { fill, h } from "./dom.js";
import { plural } from "./format.js";

/**
 * @typedef {object} Field
 * @property {string} name of the parameter, in the address and for the API
 * @property {string} label
 * @property {"choice" | "text" | "number" | "switch"} kind
 * @property {boolean} [more] behind "More"
 * @property {string} [hint] a placeholder; of a choice, what stands there while nothing is chosen
 * @property {string} [unit] behind a number
 * @property {string} [on] what a switch that is on says
 * @property {{ value: string, label?: string, calls?: number }[]} [choices]
 */

/** @typedef {Record<string, string>} Chosen */

/**
 *     const bar = filters({ fields, query, onChange: (chosen) => { setQuery(…); read(); } });
 *     bar.choices({ model: facets.models });
 * @param {object} options
 * @param {Field[]} options.fields
 * @param {URLSearchParams} options.query of the address
 * @param {(chosen: Chosen, changed: string[]) => void} options.onChange
 */
export function filters({ fields, query, onChange }) {
  /** @type {Chosen} */
  const chosen = {};
  for (const { name } of fields) {
    const value = query.get(name);
    if (value) chosen[name] = value;
  }
  /** @type {Map<string, { element: HTMLElement, look: () => void }>} */
  const made = new Map(fields.map((field) => [field.name, make(field)]));
  const more = fields.filter((field) => field.more);
  const opened = h("button", {
    type: "button",
    class: "button plain small",
    "aria-expanded": "false",
    on: { click: () => unfold(opened.getAttribute("aria-expanded") !== "true") },
  });
  const clear = h(
    "button",
    {
      type: "button",
      class: "button plain small",
      on: { click: () => change(Object.fromEntries(fields.map(({ name }) => [name, ""]))) },
    },
    "Clear",
  );
  const rest = h(
    "div",
    { class: "filters-more", hidden: true },
    more.map(({ name }) => made.get(name)?.element),
  );
  const element = h(
    "form",
    { class: "filters", role: "search", on: { submit: (/** @type {Event} */ event) => event.preventDefault() } },
    fields.filter((field) => !field.more).map(({ name }) => made.get(name)?.element),
    more.length ? opened : null,
    clear,
    more.length ? rest : null,
  );
  unfold(more.some(({ name }) => chosen[name]));
  look();

  /** @param {boolean} open */
  function unfold(open) {
    opened.setAttribute("aria-expanded", String(open));
    rest.hidden = !open;
    look();
  }

  function look() {
    for (const { look } of made.values()) look();
    clear.hidden = Object.keys(chosen).length === 0;
    const hidden = more.filter(({ name }) => chosen[name]).length;
    fill(
      opened,
      opened.getAttribute("aria-expanded") === "true" ? "Less" : hidden ? `More (${plural(hidden, "filter")})` : "More",
    );
  }

  /** @param {Record<string, string>} changes */
  function change(changes) {
    const names = Object.keys(changes).filter((name) => (chosen[name] ?? "") !== changes[name]);
    if (!names.length) return;
    for (const name of names) {
      if (changes[name]) chosen[name] = changes[name];
      else delete chosen[name];
    }
    look();
    onChange({ ...chosen }, names);
  }

  /** @param {Field} field */
  function make(field) {
    if (field.kind === "choice") return choice(field);
    if (field.kind === "switch") return toggle(field);
    return typed(field);
  }

  /** A list of values; it is not there while there is nothing to choose. @param {Field} field */
  function choice(field) {
    const select = h("select", {
      class: "choice",
      "aria-label": field.label,
      on: { change: () => change({ [field.name]: select.value }) },
    });
    const look = () => {
      const value = chosen[field.name] ?? "";
      const choices = field.choices ?? [];
      const known = choices.some((choice) => choice.value === value);
      fill(
        select,
        h("option", { value: "" }, field.hint ?? `All ${field.label.toLowerCase()}s`),
        value && !known ? h("option", { value }, value) : null,
        choices.map((choice) => h("option", { value: choice.value }, choice.label ?? choice.value)),
      );
      select.value = value;
      select.classList.toggle("chosen", value !== "");
      select.hidden = choices.length < 2 && !value;
    };
    return { element: select, look };
  }

  /** @param {Field} field */
  function toggle(field) {
    const button = h(
      "button",
      {
        type: "button",
        class: "button plain small toggle",
        on: { click: () => change({ [field.name]: chosen[field.name] ? "" : (field.on ?? "true") }) },
      },
      field.label,
    );
    const look = () => button.setAttribute("aria-pressed", String(Boolean(chosen[field.name])));
    return { element: button, look };
  }

  /** @param {Field} field */
  function typed(field) {
    let timer = 0;
    const number = field.kind === "number";
    const take = () => {
      clearTimeout(timer);
      const value = input.value.trim();
      if (number && value && !(Number(value) >= 0)) return;
      change({ [field.name]: value });
    };
    const input = h("input", {
      type: number ? "number" : "search",
      min: number ? "0" : null,
      step: number ? "any" : null,
      placeholder: field.hint ?? "",
      "aria-label": field.label,
      "data-search": field.name === "text" ? true : null,
      on: {
        input: () => {
          clearTimeout(timer);
          timer = window.setTimeout(take, 350);
        },
        change: take,
      },
    });
    const look = () => {
      if (document.activeElement !== input || !chosen[field.name]) input.value = chosen[field.name] ?? "";
    };
    const element = field.more
      ? h(
          "label",
          null,
          h("span", null, field.label),
          input,
          field.unit ? h("span", { class: "quiet" }, field.unit) : null,
        )
      : h("span", { class: "filters-search" }, input);
    return { element, look };
  }

  return {
    element,
    /** What is chosen, for the API. */
    get value() {
      return { ...chosen };
    },
    /** What there is to choose from. @param {Record<string, { value: string, label?: string, calls?: number }[]>} known */
    choices: (known) => {
      for (const field of fields) {
        const values = known[field.name];
        if (!values || JSON.stringify(values) === JSON.stringify(field.choices)) continue;
        field.choices = values;
        // A list that is open stays as it is.
        const drawn = made.get(field.name);
        if (drawn && !drawn.element.contains(document.activeElement)) drawn.look();
      }
    },
    /** @param {Record<string, string>} changes */
    change,
  };
}
