// Charts over time: lines, areas and stacked bars in SVG. Time runs from left to right, the window is the page's, the scale
// only changes when it must, so that nothing jumps while it is live.
// @ts-check

import { colour as named } from "./colour.js";
import { fill, h, s, say } from "./dom.js";
import { day, minute, clock } from "./format.js";
import { times, values } from "./scale.js";

/** @typedef {{ name: string, colour?: string, dashed?: boolean, summary?: string, points: { at: number, value: number | null }[] }} Series */
/** @typedef {{ from: number, until: number, step: number, series: Series[] }} Data times in microseconds, the step in seconds */
/** @typedef {{ from: number, until: number, name: string | null }} Pick */

/**
 *     const latency = chart({ title: "Latency", unit: format.duration, kind: "line", onPick: ({ from, until }) => … });
 *     view.append(latency.element);
 *     latency.set({ from, until, step: line.step, series: [{ name: "p95", points: [{ at, value }] }] });
 * @param {object} options
 * @param {string} options.title
 * @param {(value: number) => string} options.unit how a value is written
 * @param {"line" | "area" | "bars"} [options.kind] areas and bars are stacked
 * @param {"gap" | "zero"} [options.absent] what a time without a point is; usually a gap in lines, zero in what is stacked
 * @param {number} [options.height] in rem
 * @param {(pick: Pick) => void} [options.onPick] a point was clicked: from when until when, and which series
 * @param {(span: { from: number, until: number }) => void} [options.onSelect] a stretch was drawn with the mouse
 * @param {import("./dom.js").Children} [options.note] beside the title
 */
export function chart({
  title,
  unit,
  kind = "line",
  absent = kind === "line" ? "gap" : "zero",
  height = 10,
  onPick,
  onSelect,
  note,
}) {
  const stacked = kind !== "line";
  /** @type {Data} */
  let data = { from: 0, until: 1, step: 60, series: [] };
  /** @type {{ at: number[], rows: { name: string, colour: string, dashed: boolean, summary: string, values: (number | null)[], base: number[] }[] }} */
  let grid = { at: [], rows: [] };
  /** @type {Set<string>} */
  const hidden = new Set();
  let top = 0;
  let most = 0;
  let span = 0;
  let width = 0;
  /** Where the crosshair is. @type {number | null} */
  let here = null;
  /** Where a stretch begins that is being drawn. @type {number | null} */
  let drawn = null;

  const readout = h("span", { class: "chart-time quiet" });
  const legend = h("ul", { class: "chart-legend" });
  const axes = s("g", { class: "chart-axes" });
  const plot = s("g", { class: "chart-plot" });
  const cursor = s("g", { class: "chart-cursor" });
  const svg = s(
    "svg",
    {
      class: "chart-svg",
      tabindex: 0,
      role: "slider",
      "aria-label": title,
      "aria-valuemin": 0,
      "aria-valuemax": 0,
      "aria-valuenow": 0,
      "aria-valuetext": "no data",
    },
    axes,
    plot,
    cursor,
  );
  const nothing = h("p", { class: "chart-nothing quiet", hidden: true }, "Nothing in this time");
  const frame = h("div", { class: "chart-frame", style: { height: `${height}rem` } }, svg, nothing);
  const element = h(
    "figure",
    { class: "chart" },
    h(
      "figcaption",
      { class: "chart-head" },
      h("h3", null, title),
      note ? h("span", { class: "quiet small" }, note) : null,
      readout,
    ),
    frame,
    legend,
  );

  const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  const box = () => {
    const unit = rem();
    return { left: 3.75 * unit, right: 0.5 * unit, top: 0.5 * unit, bottom: 1.5 * unit, width, height: height * unit };
  };
  const x = (/** @type {number} */ at) => {
    const { left, right } = box();
    return left + ((at - data.from) / (data.until - data.from)) * (width - left - right);
  };
  const y = (/** @type {number} */ value) => {
    const { top: above, bottom, height } = box();
    return height - bottom - (value / top) * (height - above - bottom);
  };
  const shown = () => grid.rows.filter((row) => !hidden.has(row.name));

  new ResizeObserver(() => {
    const now = frame.clientWidth;
    if (now === width) return;
    width = now;
    draw();
  }).observe(frame);

  /** Shows other data. @param {Data} next */
  function set(next) {
    data = next;
    const step = next.step * 1e6;
    const first = Math.floor(next.from / step) * step;
    /** @type {number[]} */
    const at = [];
    for (let time = first; time < next.until; time += step) at.push(time);
    const rows = next.series.map((series) => {
      const found = new Map(series.points.map((point) => [Math.floor(point.at / step) * step, point.value]));
      const none = absent === "zero" ? 0 : null;
      const values = at.map((time) => found.get(time) ?? none);
      return {
        name: series.name,
        colour: series.colour ?? named(series.name),
        dashed: series.dashed ?? false,
        values,
        base: at.map(() => 0),
        summary: series.summary ?? summarise(values),
      };
    });
    grid = { at, rows };
    if (here !== null && here >= at.length) here = null;
    label();
    draw();
  }

  /** What stands in the legend while nothing is pointed at: the last value of a line, the sum of what is stacked. @param {(number | null)[]} values */
  function summarise(values) {
    const known = /** @type {number[]} */ (values.filter((value) => value !== null));
    return known.length
      ? unit(stacked ? known.reduce((sum, value) => sum + value, 0) : /** @type {number} */ (known.at(-1)))
      : "–";
  }

  function stack() {
    const sum = grid.at.map(() => 0);
    for (const row of shown()) {
      row.base = stacked ? [...sum] : sum.map(() => 0);
      row.values.forEach((value, index) => (sum[index] += value ?? 0));
    }
    const every = shown().flatMap((row) => row.values.map((value, index) => (value ?? 0) + row.base[index]));
    most = every.reduce((most, value) => Math.max(most, value), 0);
    const other = Math.abs(data.until - data.from - span) > 1e6;
    // The scale grows at once, and shrinks only when most of it would stay empty.
    if (other || most > top || most < top * 0.35) top = values(most).top;
    span = data.until - data.from;
  }

  function draw() {
    if (!width || !grid.at.length) return;
    stack();
    const { left, right, bottom, height } = box();
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const marks = most ? values(top).marks : [0];
    fill(
      axes,
      marks.map((value) => [
        s("line", {
          x1: left,
          x2: width - right,
          y1: snap(y(value)),
          y2: snap(y(value)),
          class: value === 0 ? "zero" : "",
        }),
        s(
          "text",
          { x: left - 0.5 * rem(), y: y(value), "text-anchor": "end", "dominant-baseline": "central" },
          value === 0 ? "0" : trim(unit(value)),
        ),
      ]),
      times(data.from, data.until, Math.max(2, Math.floor((width - left - right) / (5.5 * rem())))).map(
        ({ at, label }) =>
          s(
            "text",
            { x: x(at), y: height - bottom / 3, "text-anchor": x(at) > width - right - 2 * rem() ? "end" : "middle" },
            label,
          ),
      ),
    );
    fill(
      plot,
      shown().map((row) => (kind === "bars" ? bars(row) : path(row))),
    );
    nothing.hidden = grid.rows.some((row) => row.values.some((value) => value !== null && (value !== 0 || !stacked)));
    svg.setAttribute("aria-valuemax", String(grid.at.length - 1));
    point();
  }

  /** @param {(typeof grid.rows)[number]} row */
  function bars(row) {
    const gap = Math.min(2, (x(grid.at[0] + data.step * 1e6) - x(grid.at[0])) * 0.2);
    return s(
      "g",
      { fill: row.colour },
      row.values.map((value, index) => {
        if (!value) return null;
        const [from, until] = [
          Math.max(x(grid.at[index]), x(data.from)),
          Math.min(x(grid.at[index] + data.step * 1e6), x(data.until)),
        ];
        const [high, low] = [y(row.base[index] + value), y(row.base[index])];
        return s("rect", {
          x: from + gap / 2,
          width: Math.max(1, until - from - gap),
          y: high,
          height: Math.max(0.5, low - high),
        });
      }),
    );
  }

  /** @param {(typeof grid.rows)[number]} row */
  function path(row) {
    const middle = (/** @type {number} */ index) => Math.min(x(grid.at[index] + (data.step * 1e6) / 2), x(data.until));
    const runs = [];
    let run = /** @type {number[]} */ ([]);
    row.values.forEach((value, index) => {
      if (value !== null) return run.push(index);
      if (run.length) runs.push(run);
      run = [];
    });
    if (run.length) runs.push(run);
    const high = (/** @type {number} */ index) =>
      `${middle(index).toFixed(1)},${y(row.base[index] + (row.values[index] ?? 0)).toFixed(1)}`;
    const low = (/** @type {number} */ index) => `${middle(index).toFixed(1)},${y(row.base[index]).toFixed(1)}`;
    return s(
      "g",
      null,
      runs.map((run) => {
        const line = run.map(high).join(" L");
        return [
          kind === "area"
            ? s("path", {
                d: `M${line} L${[...run].reverse().map(low).join(" L")} Z`,
                fill: row.colour,
                "fill-opacity": 0.35,
              })
            : null,
          s("path", {
            d: `M${line}`,
            class: "chart-line",
            stroke: row.colour,
            "stroke-dasharray": row.dashed ? "4 3" : null,
          }),
          run.length === 1
            ? s("circle", {
                cx: middle(run[0]),
                cy: y(row.base[run[0]] + (row.values[run[0]] ?? 0)),
                r: 2,
                fill: row.colour,
              })
            : null,
        ];
      }),
    );
  }

  // ---- legend and crosshair

  function label() {
    const names = grid.rows.map((row) => row.name);
    const known = [...legend.children].map((item) => /** @type {HTMLElement} */ (item).dataset.name);
    if (names.join("\n") === known.join("\n")) return;
    fill(
      legend,
      grid.rows.map((row) =>
        h(
          "li",
          { dataset: { name: row.name } },
          h(
            "button",
            {
              type: "button",
              class: "chart-name",
              "aria-pressed": String(!hidden.has(row.name)),
              title: "Show or hide",
              on: { click: (/** @type {Event} */ event) => toggle(row.name, event) },
            },
            h("span", { class: "dot", style: { background: row.colour }, "aria-hidden": "true" }),
            h("bdi", null, row.name),
          ),
          h("span", { class: "chart-value" }),
        ),
      ),
    );
    legend.hidden = names.length === 0;
  }

  /** @param {string} name @param {Event} event */
  function toggle(name, event) {
    hidden.has(name) ? hidden.delete(name) : hidden.add(name);
    /** @type {HTMLElement} */ (event.currentTarget).setAttribute("aria-pressed", String(!hidden.has(name)));
    top = 0;
    draw();
  }

  function point() {
    const { bottom, height, top: above } = box();
    const items = [...legend.children];
    grid.rows.forEach((row, index) => {
      const value = here === null ? null : row.values[here];
      const place = items[index]?.querySelector(".chart-value");
      if (place) say(place, here === null ? row.summary : value === null ? "–" : unit(value));
    });
    if (here === null) {
      say(readout, "");
      return fill(cursor);
    }
    const at = grid.at[here];
    const middle = Math.min(x(at + (data.step * 1e6) / 2), x(data.until));
    say(readout, stretch(at, at + data.step * 1e6));
    fill(
      cursor,
      s("line", { x1: snap(middle), x2: snap(middle), y1: above, y2: height - bottom }),
      kind === "bars"
        ? null
        : shown().map((row) => {
            const value = row.values[/** @type {number} */ (here)];
            return value === null
              ? null
              : s("circle", {
                  cx: middle,
                  cy: y(value + row.base[/** @type {number} */ (here)]),
                  r: 3,
                  fill: row.colour,
                });
          }),
      drawn === null
        ? null
        : s("rect", {
            class: "chart-drawn",
            x: Math.min(x(grid.at[drawn]), x(at)),
            width: Math.abs(x(at) - x(grid.at[drawn])) + (x(at + data.step * 1e6) - x(at)),
            y: above,
            height: height - bottom - above,
          }),
    );
    svg.setAttribute("aria-valuenow", String(here));
    svg.setAttribute(
      "aria-valuetext",
      `${readout.textContent}: ${shown()
        .map(
          (row) =>
            `${row.name} ${row.values[/** @type {number} */ (here)] === null ? "none" : unit(/** @type {number} */ (row.values[/** @type {number} */ (here)]))}`,
        )
        .join(", ")}`,
    );
  }

  /** @param {number} from @param {number} until */
  function stretch(from, until) {
    const write = data.step < 60 ? clock : minute;
    const long = data.until - data.from > 86_400e6;
    return `${long ? `${day(from)} ` : ""}${write(from)} – ${write(until)}`;
  }

  /** @param {PointerEvent} event */
  function find(event) {
    const bounds = svg.getBoundingClientRect();
    const { left, right } = box();
    const share = (event.clientX - bounds.left - left) / (width - left - right);
    if (share < -0.02 || share > 1.02 || !grid.at.length) return null;
    const time = data.from + Math.max(0, Math.min(0.9999, share)) * (data.until - data.from);
    return Math.max(0, Math.min(grid.at.length - 1, Math.floor((time - grid.at[0]) / (data.step * 1e6))));
  }

  /** Which series is at this height. @param {PointerEvent} event @param {number} index */
  function series(event, index) {
    const { top: above, bottom, height } = box();
    const value =
      ((height - bottom - (event.clientY - svg.getBoundingClientRect().top)) / (height - above - bottom)) * top;
    if (stacked)
      return (
        shown().find((row) => value >= row.base[index] && value <= row.base[index] + (row.values[index] ?? 0))?.name ??
        null
      );
    const near = shown()
      .filter((row) => row.values[index] !== null)
      .sort(
        (one, other) =>
          Math.abs(/** @type {number} */ (one.values[index]) - value) -
          Math.abs(/** @type {number} */ (other.values[index]) - value),
      )[0];
    return near?.name ?? null;
  }

  /** @param {string | null} name */
  const pick = (name) =>
    here !== null && onPick?.({ from: grid.at[here], until: grid.at[here] + data.step * 1e6, name });

  svg.addEventListener("pointermove", (event) => {
    here = find(event);
    point();
  });
  svg.addEventListener("pointerleave", () => {
    if (drawn !== null) return;
    here = null;
    point();
  });
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    drawn = onSelect ? find(event) : null;
    if (drawn !== null) svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointerup", (event) => {
    const [begun, ended] = [drawn, find(event)];
    drawn = null;
    if (ended === null) return;
    here = ended;
    if (begun !== null && begun !== ended) {
      onSelect?.({ from: grid.at[Math.min(begun, ended)], until: grid.at[Math.max(begun, ended)] + data.step * 1e6 });
    } else pick(series(event, ended));
    point();
  });
  svg.addEventListener("keydown", (event) => {
    const last = grid.at.length - 1;
    const steps = /** @type {Record<string, number>} */ ({
      ArrowLeft: (here ?? last + 1) - 1,
      ArrowRight: (here ?? -1) + 1,
      Home: 0,
      End: last,
    });
    if (event.key in steps) here = Math.max(0, Math.min(last, steps[event.key]));
    else if (event.key === "Enter") return pick(null);
    else if (event.key === "Escape" && here !== null) here = null;
    else return;
    event.preventDefault();
    event.stopPropagation();
    point();
  });
  svg.addEventListener("blur", () => {
    here = null;
    point();
  });
  if (onPick) svg.classList.add("picks");

  return { element, set };
}

/** Without zeros that say nothing: `$0.2000` is `$0.2` on an axis. @param {string} text */
const trim = (text) => text.replace(/(\.\d*?)0+(?=\D|$)/, "$1").replace(/\.(?=\D|$)/, "");

/** Lines of one pixel are sharp between pixels. @param {number} place */
const snap = (place) => Math.round(place) + 0.5;
