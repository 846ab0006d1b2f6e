// Whether the network is there, as seen by whoever used it last. live.js and queue.js report; the banner listens.

const listeners = [];
const state = { isUp: navigator.onLine, failures: 0 };

/** Whether the last use of the network came through. */
export function isUp() {
  return state.isUp;
}

/** Call `listener(isUp)` at every change. */
export function onNet(listener) {
  listeners.push(listener);
}

/** Report that an answer came, whatever it said. */
export function reportUp() {
  state.failures = 0;
  change(true);
}

/** Report that no answer came; the second time in a row (or at once when `isSure`) the network is down. */
export function reportDown(isSure = false) {
  state.failures += 1;
  if (isSure || state.failures > 1 || !navigator.onLine) change(false);
}

function change(isNowUp) {
  if (state.isUp === isNowUp) return;
  state.isUp = isNowUp;
  listeners.forEach((listener) => listener(isNowUp));
}

window.addEventListener("offline", () => change(false));
window.addEventListener("online", () => listeners.forEach((listener) => listener(state.isUp)));
