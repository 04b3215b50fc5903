// A list in columns: accessible, gone through with j and k, and continued by a cursor. Rows keep their place while it changes.
// @ts-check

import { Problem, isAbort } from "./api.js";
import { fill, h } from "./dom.js";
import { notice } from "./states.js";

/**
 * @template Item
 * @typedef {object} Column
 * @property {string} title
 * @property {(item: Item) => import("./dom.js").Children} render
 * @property {boolean} [end] numbers: set to the end of the line
 * @property {string} [width] a CSS length
 * @property {boolean} [wide] takes what room is left, and is cut to one line
 * @property {boolean} [desk] only where there is room: not on a phone
 * @property {string} [sort] what to sort by when its head is clicked
 */

/** @template Item @typedef {{ items: Item[], next: string | null }} Page */

/**
 *     const list = table({ label: "Calls", columns, key: (call) => call.id, href: (call) => `/console/trace/${call.trace}` });
 *     view.append(list.element);
 *     list.show(await load(null), load);     // load(after) answers { items, next }
 * @template Item
 * @param {object} options
 * @param {string} options.label its name for those who cannot see it
 * @param {Column<Item>[]} options.columns the first holds the row's link
 * @param {(item: Item) => string | number} options.key
 * @param {(item: Item) => string | null} [options.href] where a row leads
 * @param {(item: Item) => string | null} [options.mark] a class for the row, such as `failed`
 * @param {string} [options.sort] what it is sorted by
 * @param {(sort: string) => void} [options.onSort]
 */
export function table({ label, columns, key, href, mark, sort, onSort }) {
  /** @type {Map<string | number, { row: HTMLTableRowElement, item: Item }>} */
  const rows = new Map();
  const body = h("tbody");
  const heads = h("tr");
  const foot = h("div", { class: "table-foot" });
  const groups = h(
    "colgroup",
    null,
    columns.map((column) =>
      h("col", { class: column.desk ? "desk" : "", style: { width: column.width ?? (column.wide ? "auto" : null) } }),
    ),
  );
  const element = h(
    "div",
    { class: "table-frame" },
    h("table", { class: "table", "aria-label": label }, groups, h("thead", null, heads), body),
    foot,
  );
  head(sort);

  /** @param {string} [by] */
  function head(by) {
    fill(
      heads,
      columns.map((column) =>
        h(
          "th",
          {
            scope: "col",
            class: classes(column),
            "aria-sort": column.sort && column.sort === by ? "descending" : null,
          },
          column.sort && onSort
            ? h(
                "button",
                { type: "button", class: "sort", on: { click: () => onSort(/** @type {string} */ (column.sort)) } },
                column.title,
              )
            : column.title,
        ),
      ),
    );
  }

  /** @param {Item} item */
  function make(item) {
    const address = href?.(item) ?? null;
    const cells = columns.map((column, index) => {
      const inside = column.render(item);
      const linked =
        index === 0 && address ? h("a", { class: "row-link", href: address, "data-row": true }, inside) : inside;
      return h("td", { class: classes(column) }, linked);
    });
    return h(
      "tr",
      { class: mark?.(item) ?? "", "data-row": address ? null : true, tabindex: address ? null : -1 },
      cells,
    );
  }

  /** Puts these items in, in this order, and touches only what is another. @param {Item[]} items */
  function set(items) {
    const keys = new Set(items.map(key));
    for (const [name, { row }] of rows) {
      if (keys.has(name)) continue;
      row.remove();
      rows.delete(name);
    }
    let place = body.firstElementChild;
    for (const item of items) {
      const name = key(item);
      const known = rows.get(name);
      const row = known && same(known.item, item) ? known.row : make(item);
      if (known && known.row !== row) {
        const focused = known.row.contains(document.activeElement);
        if (place === known.row) place = row;
        known.row.replaceWith(row);
        if (focused)
          /** @type {HTMLElement | null} */ (row.matches("[data-row]") ? row : row.querySelector("[data-row]"))?.focus({
            preventScroll: true,
          });
      }
      rows.set(name, { row, item });
      if (place === row) place = row.nextElementSibling;
      else body.insertBefore(row, place);
    }
  }

  /**
   * Shows the first page, and a button for those after it.
   * @param {Page<Item>} page
   * @param {(after: string) => Promise<Page<Item>>} [load]
   */
  function show(page, load) {
    set(page.items);
    more(page.next, page.items, load);
  }

  /** @param {string | null} next @param {Item[]} items @param {((after: string) => Promise<Page<Item>>) | undefined} load */
  function more(next, items, load) {
    if (!next || !load) return fill(foot);
    const button = h("button", { type: "button", class: "button plain", on: { click: go } }, "Show more");
    fill(foot, button);
    async function go() {
      button.disabled = true;
      try {
        const page = await /** @type {(after: string) => Promise<Page<Item>>} */ (load)(/** @type {string} */ (next));
        const first = page.items[0];
        const all = [...items, ...page.items];
        set(all);
        more(page.next, all, load);
        if (first) /** @type {HTMLElement | null} */ (rows.get(key(first))?.row.querySelector("[data-row]"))?.focus();
      } catch (error) {
        if (!isAbort(error)) fill(foot, notice(Problem.of(error), go));
      }
    }
  }

  return {
    element,
    set,
    show,
    /** How many rows there are. */
    get size() {
      return rows.size;
    },
    /** Says what it is sorted by now. */
    sorted: head,
  };
}

/** @param {Column<any>} column */
const classes = (column) =>
  [column.end && "end", column.wide && "wide", column.desk && "desk"].filter(Boolean).join(" ");

/** @param {unknown} one @param {unknown} other */
const same = (one, other) => one === other || JSON.stringify(one) === JSON.stringify(other);
