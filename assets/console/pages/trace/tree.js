// The spans of a trace as a forest, in the order in which they are read.
// @ts-check

/** @typedef {import("../../lib/types.js").TraceSpan} TraceSpan */

/**
 * @typedef {object} Node
 * @property {TraceSpan} span
 * @property {Node | null} parent
 * @property {Node[]} children
 * @property {number} depth
 * @property {boolean} open
 * @property {boolean} strayed its parent is not here
 */

/**
 * Each span below the one that it belongs to; one whose parent is not here is a root. Where spans name each other as parents,
 * the first of them is the root.
 * @param {TraceSpan[]} spans in the order in which they began
 * @param {(span: string) => boolean} [folded] which were folded before
 * @returns {Node[]} all of them, each before what is below it
 */
export function forest(spans, folded = () => false) {
  /** @type {Map<string, Node>} */
  const nodes = new Map();
  /** @type {Node[]} */
  const all = spans.map((span) => {
    const node = { span, parent: null, children: [], depth: 0, open: !folded(span.span), strayed: false };
    if (!nodes.has(span.span)) nodes.set(span.span, node);
    return node;
  });
  // From the last to the first, so that the first of a circle keeps none.
  for (const node of [...all].reverse()) {
    if (!node.span.parent) continue;
    const parent = nodes.get(node.span.parent);
    if (parent && parent !== node && !below(parent, node)) node.parent = parent;
    else node.strayed = !parent;
  }
  for (const node of all) node.parent?.children.push(node);
  return inOrder(all.filter((node) => !node.parent));
}

/** Whether following the parents of one comes to the other. @param {Node} one @param {Node} other */
function below(one, other) {
  /** @type {Node | null} */
  let at = one;
  while (at && at !== other) at = at.parent;
  return at === other;
}

/** @param {Node[]} roots */
function inOrder(roots) {
  /** @type {Node[]} */
  const order = [];
  const waiting = [...roots].reverse();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    node.depth = node.parent ? node.parent.depth + 1 : 0;
    order.push(node);
    for (let index = node.children.length - 1; index >= 0; index -= 1) waiting.push(node.children[index]);
  }
  return order;
}

/**
 * The rows that are seen: without what is folded away, and only those that are wanted with what they stand in.
 * @param {Node[]} nodes
 * @param {((node: Node) => boolean) | null} wanted
 */
export function rows(nodes, wanted) {
  /** @type {Set<Node>} */
  const kept = new Set();
  if (wanted) {
    for (const node of nodes) {
      if (!wanted(node)) continue;
      /** @type {Node | null} */
      let at = node;
      while (at && !kept.has(at)) {
        kept.add(at);
        at = at.parent;
      }
    }
  }
  /** @type {Node[]} */
  const shown = [];
  let hidden = Infinity;
  for (const node of nodes) {
    if (node.depth > hidden) continue;
    hidden = Infinity;
    if (wanted && !kept.has(node)) continue;
    shown.push(node);
    if (!node.open) hidden = node.depth;
  }
  return shown;
}

/** How many are below it. @param {Node} node */
export function size(node) {
  let count = 0;
  const waiting = [...node.children];
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    count += 1;
    waiting.push(...at.children);
  }
  return count;
}
