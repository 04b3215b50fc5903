// Whether sums of costs are simulated: nobody sends a bill for those.
// @ts-check

import { get } from "./api.js";

/** More models than these are not asked for: with so many, somebody pays. */
const MOST = 12;

/** Whether a model's costs are simulated. What a model's costs come from does not change. @type {Map<string, Promise<boolean>>} */
const known = new Map();

/**
 * Whether all that these models cost is simulated, as far as the dearest call of each tells.
 * @param {(string | null)[]} models those that cost something
 * @returns {Promise<boolean>}
 */
export async function simulated(models) {
  if (models.length === 0 || models.length > MOST || models.includes(null)) return false;
  const each = await Promise.all(models.map((model) => of(/** @type {string} */ (model))));
  return each.every(Boolean);
}

/** @param {string} model */
function of(model) {
  const asked =
    known.get(model) ??
    get("/api/calls", { model, sort: "cost", limit: 1 }).then(
      ({ calls }) => calls[0]?.cost_source === "simulated",
      () => (known.delete(model), false),
    );
  known.set(model, asked);
  return asked;
}
