// The spans of a trace over time. Only the rows that are seen are there, so that thousands of them stay fluent.
// @ts-check

import { fill, h } from "../../lib/dom.js";
import { axis } from "./axis.js";
import { row } from "./row.js";
import { forest, rows } from "./tree.js";

/** @typedef {import("./tree.js").Node} Node */
/** @typedef {import("../../lib/types.js").TraceDetail} TraceDetail */
/** @typedef {import("../../lib/types.js").LogItem} LogItem */

/** Rows above and below what is seen. */
const SPARE = 12;

export class Waterfall {
  /** @type {Node[]} */ #nodes = [];
  /** @type {Node[]} */ #rows = [];
  /** @type {Map<Node, { element: HTMLElement, index: number }>} */ #drawn = new Map();
  /** @type {Set<string>} */ #folded = new Set();
  /** @type {Set<string>} */ #critical = new Set();
  /** @type {Map<string, LogItem[]>} */ #logs = new Map();
  /** @type {string | null} */ #chosen = null;
  /** @type {((node: Node) => boolean) | null} */ #wanted = null;
  /** The trace, and the part of it that is seen, in microseconds. */
  #whole = { from: 0, until: 1 };
  #seen = this.#whole;
  /** Whether more than one program took part. */
  #mixed = false;
  #height = 28;
  #onChoose;
  #onOpen;

  #axis = h("span", { class: "wf-axis" });
  #head = h(
    "div",
    { class: "wf-line wf-head", "aria-hidden": "true" },
    h("span", null, "Span"),
    this.#axis,
    h("span", { class: "end" }, "Took"),
    h("span", { class: "end wf-tokens" }, "Tokens"),
    h("span", { class: "end wf-cost" }, "Cost"),
  );
  #lines = h("div", { class: "wf-grid" });
  #body = h("div", { class: "wf-body", role: "tree", tabindex: 0, "aria-label": "Spans" });
  #nothing = h("p", { class: "quiet wf-nothing", hidden: true }, "No span is like that.");
  element = h(
    "div",
    { class: "wf" },
    h("div", { class: "wf-all" }, this.#head, this.#lines, this.#body, this.#nothing),
  );

  /**
   * @param {object} told
   * @param {(node: Node) => void} told.onChoose
   * @param {() => void} told.onZoom the chosen one is to be enlarged
   * @param {() => void} told.onOpen the reader wants to go into what is chosen
   */
  constructor({ onChoose, onOpen, onZoom }) {
    this.#onChoose = onChoose;
    this.#onOpen = onOpen;
    this.element.addEventListener("scroll", () => this.#draw(), { passive: true });
    new ResizeObserver(() => this.#measure()).observe(this.element);
    this.#body.addEventListener("keydown", (event) => this.#key(event));
    this.#body.addEventListener("click", (event) => this.#click(event));
    this.#body.addEventListener("dblclick", (event) => {
      if (event.target instanceof Element && event.target.closest(".wf-bars")) onZoom();
    });
  }

  /** @param {TraceDetail} detail */
  set({ spans, logs, critical }) {
    this.#nodes = forest(spans, (span) => this.#folded.has(span));
    this.#critical = new Set(critical);
    this.#mixed = new Set(spans.map((span) => span.service)).size > 1;
    this.#logs = new Map();
    for (const log of logs) {
      if (!log.span) continue;
      const mine = this.#logs.get(log.span);
      if (mine) mine.push(log);
      else this.#logs.set(log.span, [log]);
    }
    const whole = { from: Infinity, until: 0 };
    for (const { at, duration } of spans) {
      whole.from = Math.min(whole.from, at);
      whole.until = Math.max(whole.until, at + duration * 1e6);
    }
    whole.until = Math.max(whole.until, whole.from + 1);
    const zoomed = this.zoomed;
    this.#whole = whole;
    if (!zoomed) this.#seen = whole;
    this.#scale();
    this.#lay();
  }

  get nodes() {
    return this.#nodes;
  }

  get whole() {
    return this.#whole;
  }

  get chosen() {
    return this.#node(this.#chosen);
  }

  get zoomed() {
    return this.#seen !== this.#whole;
  }

  focus() {
    this.#body.focus({ preventScroll: true });
  }

  /** Shows only spans that are wanted, and what they stand in. @param {((node: Node) => boolean) | null} wanted */
  only(wanted) {
    this.#wanted = wanted;
    this.#lay();
    this.#reveal();
  }

  /** Whether what is not on the critical path steps back. @param {boolean} on */
  critical(on) {
    this.element.classList.toggle("with-path", on);
  }

  /** The part of time in which the chosen span happened, or the whole trace again. */
  zoom() {
    const node = this.chosen;
    if (this.zoomed || !node) this.#seen = this.#whole;
    else {
      const { at, duration } = node.span;
      const room = Math.max(duration * 1e6 * 0.05, 1);
      this.#seen = {
        from: Math.max(this.#whole.from, at - room),
        until: Math.min(this.#whole.until, at + duration * 1e6 + room),
      };
    }
    this.#scale();
    this.#again();
  }

  /** Folds or unfolds all that stands below the roots. */
  foldAll() {
    const below = this.#nodes.filter((node) => node.children.length && node.depth > 0);
    const open = !below.some((node) => node.open);
    for (const node of below) this.#open(node, open);
    this.#lay();
    this.#climb();
  }

  /** @param {string} span @returns {boolean} whether it is here */
  choose(span) {
    const node = this.#node(span);
    if (!node) return false;
    for (let at = node.parent; at; at = at.parent) this.#open(at, true);
    this.#lay();
    this.#take(node);
    return true;
  }

  /** Chooses the row so many further down. @param {number} step */
  move(step) {
    const here = this.#rows.findIndex((node) => node.span.span === this.#chosen);
    const next = this.#rows[Math.min(Math.max(here < 0 ? 0 : here + step, 0), this.#rows.length - 1)];
    if (next) this.#take(next);
  }

  /** Chooses the next one of which something is true, and begins again at the top. @param {(node: Node) => boolean} is */
  next(is) {
    const here = this.#nodes.findIndex((node) => node.span.span === this.#chosen);
    const order = [...this.#nodes.slice(here + 1), ...this.#nodes.slice(0, here + 1)];
    const found = order.find(is);
    if (found) this.choose(found.span.span);
    return found ?? null;
  }

  // ---- choosing, folding

  /** @param {string | null} span */
  #node(span) {
    return this.#nodes.find((node) => node.span.span === span) ?? null;
  }

  /** @param {Node} node */
  #take(node) {
    const before = this.#chosen;
    this.#chosen = node.span.span;
    for (const [drawn, { element }] of this.#drawn) {
      const mine = drawn.span.span;
      if (mine === before || mine === this.#chosen)
        element.setAttribute("aria-selected", String(mine === this.#chosen));
    }
    this.#reveal();
    if (before !== this.#chosen) this.#onChoose(node);
  }

  /** @param {Node} node @param {boolean} open */
  #open(node, open) {
    node.open = open;
    if (open) this.#folded.delete(node.span.span);
    else this.#folded.add(node.span.span);
  }

  /** @param {Node} node */
  #toggle(node) {
    this.#open(node, !node.open);
    this.#lay();
    this.#climb();
  }

  /** What is chosen is seen, or what it is folded into is chosen. */
  #climb() {
    for (let node = this.chosen; node; node = node.parent) {
      if (this.#rows.includes(node)) return this.#take(node);
    }
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const target = event.target instanceof Element ? event.target : null;
    const row = target?.closest(".wf-line");
    const node = [...this.#drawn].find(([, { element }]) => element === row)?.[0];
    if (!node) return;
    this.focus();
    if (target?.closest(".wf-fold") && node.children.length) this.#toggle(node);
    else this.#take(node);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = this.chosen;
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.#height) - 2);
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => this.move(1),
      ArrowUp: () => this.move(-1),
      PageDown: () => this.move(page),
      PageUp: () => this.move(-page),
      Home: () => this.move(-Infinity),
      End: () => this.move(this.#rows.length),
      ArrowRight: () => node && (node.open || !node.children.length ? this.move(1) : this.#toggle(node)),
      ArrowLeft: () =>
        node && (node.open && node.children.length ? this.#toggle(node) : node.parent && this.#take(node.parent)),
      Enter: () => this.#onOpen(),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }

  #reveal() {
    const index = this.#rows.findIndex((node) => node.span.span === this.#chosen);
    if (index < 0) return;
    const head = this.#head.offsetHeight;
    const top = index * this.#height;
    const room = this.element.clientHeight - head;
    const { scrollTop } = this.element;
    if (top < scrollTop) this.element.scrollTop = Math.max(0, top - this.#height);
    else if (top + this.#height > scrollTop + room) this.element.scrollTop = top + 2 * this.#height - room;
    this.#draw();
    this.#body.setAttribute("aria-activedescendant", `wf-${this.#chosen}`);
  }

  // ---- drawing

  #measure() {
    this.#height = 1.75 * parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.#scale();
    this.#lay();
  }

  /** Lays out the rows anew. */
  #lay() {
    this.#rows = rows(this.#nodes, this.#wanted);
    this.#body.style.height = `${this.#rows.length * this.#height}px`;
    this.#nothing.hidden = this.#rows.length > 0;
    this.#again();
  }

  #again() {
    for (const { element } of this.#drawn.values()) element.remove();
    this.#drawn.clear();
    this.#draw();
  }

  #draw() {
    const first = Math.max(0, Math.floor(this.element.scrollTop / this.#height) - SPARE);
    const last = Math.min(
      this.#rows.length,
      Math.ceil((this.element.scrollTop + this.element.clientHeight) / this.#height) + SPARE,
    );
    for (const [node, { element, index }] of this.#drawn) {
      if (index >= first && index < last) continue;
      element.remove();
      this.#drawn.delete(node);
    }
    for (let index = first; index < last; index += 1) {
      const node = this.#rows[index];
      if (this.#drawn.has(node)) continue;
      const element = this.#line(node, index);
      this.#drawn.set(node, { element, index });
      this.#body.append(element);
    }
  }

  #scale() {
    const { marks, lines } = axis(this.#seen, this.#whole.from, this.#axis.clientWidth || 300);
    fill(this.#axis, marks);
    fill(this.#lines, lines);
  }

  /** @param {Node} node @param {number} index */
  #line(node, index) {
    return row(node, {
      chosen: node.span.span === this.#chosen,
      critical: this.#critical.has(node.span.span),
      mixed: this.#mixed,
      seen: this.#seen,
      began: this.#whole.from,
      logs: this.#logs.get(node.span.span) ?? [],
      style: { top: `${index * this.#height}px`, height: `${this.#height}px` },
    });
  }
}
