// Live regions: <section id data-live="topic topic"> is fetched again when one of its topics changes.
// The server's rules for stamps stand in `shouwang.web.live`: a stamp not seen since the last change of its
// topic means something new. The page is fetched once for all regions and morphed into place, so focus,
// scroll, open details and half-filled forms stay.

import { now, setNow, tick, timeText } from "./clock.js";
import { isUp, reportDown, reportUp } from "./net.js";
import { words } from "./words.js";

const EVERY = 5000;
const seen = new Map();
const state = { changed: new Set(), isBusy: false, isAsking: false, asOf: 0, failures: 0, timer: 0 };

function regions() {
  return [...document.querySelectorAll("[data-live]")].filter((region) => region.id);
}

function topicsOf(region) {
  return region.dataset.live.split(/[\s,]+/).filter(Boolean);
}

function interval() {
  const wanted = regions().map((region) => Number(region.dataset.liveEvery) * 1000 || EVERY);
  const pause = Math.min(EVERY, ...wanted);
  return state.failures ? Math.min(30000, pause * 2 ** Math.min(state.failures, 4)) : pause;
}

async function poll() {
  clearTimeout(state.timer);
  if (state.isAsking) return;
  state.isAsking = true;
  const topics = [...new Set(regions().flatMap(topicsOf))];
  if (topics.length && !document.hidden) await ask(topics);
  state.isAsking = false;
  state.timer = setTimeout(poll, interval());
}

async function ask(topics) {
  const isFirst = topics.some((topic) => !seen.has(topic));
  const since = isFirst ? `&since=${document.documentElement.dataset.since || ""}` : "";
  try {
    const answer = await fetch(`/live/stamps?topics=${encodeURIComponent(topics.join(","))}${since}`, { cache: "no-store" });
    reportUp();
    if (!answer.ok) throw new Error(String(answer.status));
    const stamps = await answer.json();
    topics.forEach((topic) => hear(topic, stamps[topic] || ""));
    if (state.changed.size) await refresh();
    if (!state.changed.size) fresh();
  } catch (problem) {
    if (problem instanceof TypeError) reportDown();
    stale();
  }
}

function hear(topic, answered) {
  const isLater = answered.startsWith("!");
  const stamp = isLater ? answered.slice(1) : answered;
  const known = seen.get(topic);
  if (!known) {
    seen.set(topic, new Set([stamp]));
    if (isLater) state.changed.add(topic);
  } else if (!known.has(stamp)) {
    seen.set(topic, new Set([...known].slice(-7)).add(stamp));
    state.changed.add(topic);
  }
}

/** Fetch this page again and morph the regions of the changed topics (all regions when `topics` is not given). */
export async function refresh(topics = null) {
  if (topics) topics.forEach((topic) => state.changed.add(topic));
  if (state.isBusy) return;
  state.isBusy = true;
  const taken = new Set(state.changed);
  try {
    const answer = await fetch(location.pathname + location.search, { headers: { "X-Shouwang-Live": "1" }, cache: "no-store" });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    taken.forEach((topic) => state.changed.delete(topic));
    setNow(Number(page.documentElement.dataset.now) || now());
    regions().filter((region) => topicsOf(region).some((topic) => taken.has(topic))).forEach((region) => renew(region, page));
    document.querySelectorAll("[data-live-shell]").forEach((part) => renew(part, page));
    tick();
  } finally {
    state.isBusy = false;
  }
}

function renew(region, page) {
  const fresh = page.getElementById(region.id);
  if (!fresh) return;
  Idiomorph.morph(region, fresh, {
    morphStyle: "outerHTML",
    ignoreActiveValue: true,
    callbacks: { beforeNodeMorphed: mayMorph, beforeAttributeUpdated: mayChange },
  });
  const renewed = document.getElementById(region.id);
  htmx.process(renewed);
  htmx.trigger(renewed, "htmx:load", { elt: renewed });
}

// A form that somebody has begun to fill, or that waits for the network, is theirs until it is sent.
function mayMorph(old) {
  if (!(old instanceof HTMLFormElement)) return true;
  return !("queued" in old.dataset) && ![...old.elements].some(isTouched);
}

function mayChange(name, node) {
  return !(name === "open" && node instanceof HTMLDetailsElement);
}

function isTouched(field) {
  if (field.type === "hidden") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field instanceof HTMLSelectElement) {
    const had = [...field.options].some((option) => option.defaultSelected);
    return had && [...field.options].some((option) => option.selected !== option.defaultSelected);
  }
  return "defaultValue" in field && field.value !== field.defaultValue;
}

function fresh() {
  Object.assign(state, { asOf: now(), failures: 0 });
  show("done", words("synced", { when: timeText(state.asOf) }), true);
}

function stale() {
  state.failures += 1;
  if (state.failures > 1) show("wait", words("as_of", { when: timeText(state.asOf) }), false);
}

function show(name, text, isFresh) {
  document.querySelectorAll("[data-sync-text]").forEach((element) => (element.textContent = text));
  document.querySelectorAll("[data-sync] > svg > use").forEach((use) => {
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
  });
  document.querySelectorAll("[data-stale]").forEach((note) => {
    note.hidden = isFresh || !isUp();
    note.textContent = text;
  });
}

/** Begin to follow the page's topics; a hidden page rests and catches up when it is seen again. */
export function startLive() {
  state.asOf = now();
  poll();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) poll();
  });
}
