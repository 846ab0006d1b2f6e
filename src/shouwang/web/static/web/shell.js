// Entry of every page: starts the common parts. Page scripts use htmx.onLoad(root => …), which runs for the
// page and for every part that is fetched later.

import { startClocks, tick } from "./clock.js";
import { restoreIn, startKeeping } from "./keeper.js";
import { startLive } from "./live.js";
import { startQueue } from "./queue.js";

function focusIn(root) {
  const target = root.querySelector?.("[data-focus]");
  if (!target) return;
  if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
  target.focus();
}

startKeeping();
startClocks();
startQueue();
startLive();
htmx.onLoad((root) => {
  restoreIn(root);
  if (root === document.body || root.contains?.(document.getElementById("main"))) focusIn(root);
  tick();
});
document.body.addEventListener("htmx:sendError", () => document.querySelector("[data-net-retry]")?.click());
