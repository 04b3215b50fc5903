// Play: the game itself. `/` offers what there is, `/?game=ID` goes on.
// @ts-check

import { failed, region } from "../lib/states.js";
import { chooser } from "./play/chooser.js";
import { load } from "./play/game.js";
import { recall } from "./play/recall.js";
import { Table } from "./play/table.js";

export const title = "Play";
/** The story has a heading of its own. */
export const head = false;

/** @param {import("../lib/router.js").Context} context */
export function open(context) {
  const game = context.query.get("game");
  if (!game) return chooser(context);
  const part = region({ lines: 8 });
  context.view.append(part.element);
  part.load(
    async (signal) => {
      const standing = await load(game, signal);
      if (await context.traces) await recall(standing, [], signal);
      return standing;
    },
    (standing) => {
      context.title(standing.title);
      return new Table(context, standing).element;
    },
    context.signal,
  );
}
