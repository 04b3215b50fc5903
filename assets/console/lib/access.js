// What this server shows to whoever looks: asked once, as soon as the page begins.
// @ts-check

import { get } from "./api.js";

/**
 * `open`: telemetry can be read. `off`: none is kept. `stranger`: one has to log in. `shut`: nobody gets in. Who has to stay
 * outside can play all the same.
 * @typedef {"open" | "off" | "stranger" | "shut"} Access
 */

/** @type {Promise<Access>} */
export const access = get("/api/status").then(
  (status) => (status.traces === "off" ? "off" : "open"),
  (problem) => refused(problem) ?? (problem.slug === "traces-off" ? "off" : "open"),
);

/** Whether a problem says that one may not see this. @param {{ status: number, slug: string }} problem @returns {"stranger" | "shut" | null} */
export function refused({ status, slug }) {
  if (slug === "shut") return "shut";
  return status === 401 ? "stranger" : null;
}

/**
 * Whether one is in because one logged in. The cookie is not for scripts: but without it, the page for logging in sends on
 * where no token is wanted, and shows itself where one is.
 * @returns {Promise<boolean>}
 */
export async function loggedIn() {
  if (["stranger", "shut"].includes(await access)) return false;
  const door = await fetch("/console/login", { method: "HEAD", credentials: "omit", redirect: "manual" }).catch(
    () => null,
  );
  return door?.status === 200;
}
