// Elements. Text only ever becomes text nodes; nothing here parses markup.
// @ts-check

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Child | readonly any[]} Children and arrays of children, however deep */
/** @typedef {Record<string, any>} Properties */

const SVG = "http://www.w3.org/2000/svg";
const LIVE = new Set(["value", "checked", "disabled", "hidden", "selected", "open", "readOnly", "indeterminate"]);

/**
 * An HTML element: `h("a", { class: "card", href: "/" }, "Play")`.
 *
 * `on` holds listeners, `style` CSS properties (custom ones too), `dataset` data attributes; `true` is an attribute without a
 * value; null, undefined and false set nothing.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Properties | null} [properties]
 * @param {...Children} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, properties, ...children) {
  const made = document.createElement(tag);
  dress(made, properties ?? {});
  append(made, children);
  return made;
}

/**
 * The same for SVG.
 * @param {string} tag
 * @param {Properties | null} [properties]
 * @param {...Children} children
 * @returns {SVGElement}
 */
export function s(tag, properties, ...children) {
  const made = document.createElementNS(SVG, tag);
  dress(made, properties ?? {});
  append(made, children);
  return /** @type {SVGElement} */ (made);
}

/**
 * Appends children, those that are there; strings become text.
 * @param {Node} parent
 * @param {any} children
 */
export function append(parent, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/**
 * Puts these children in the place of those that are there.
 * @param {Element} parent
 * @param {...Children} children
 */
export function fill(parent, ...children) {
  const fragment = document.createDocumentFragment();
  append(fragment, children);
  parent.replaceChildren(fragment);
}

/**
 * Sets text, without touching the page when it is there already.
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {HTMLElement | SVGElement} element @param {Properties} properties */
function dress(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) if (listener) element.addEventListener(event, listener);
    } else if (name === "style") {
      for (const [key, part] of Object.entries(value))
        if (part !== null && part !== undefined) element.style.setProperty(key, String(part));
    } else if (name === "dataset") {
      for (const [key, part] of Object.entries(value))
        if (part !== null && part !== undefined) element.dataset[key] = String(part);
    } else if (LIVE.has(name)) {
      /** @type {any} */ (element)[name] = value;
    } else if (name.startsWith("on")) {
      throw new TypeError(`listeners belong in "on": ${name}`);
    } else if (value !== false || name.startsWith("aria-")) {
      element.setAttribute(
        name,
        name === "href" ? safe(String(value)) : value === true && !name.startsWith("aria-") ? "" : String(value),
      );
    }
  }
}

/** An address that only ever leads to a page. @param {string} address */
export function safe(address) {
  return /^(https?:|mailto:|#|\/(?!\/)|\?)/i.test(address) ? address : "#";
}
