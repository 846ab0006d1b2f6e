// Clocks: the server gives instants and the words in which it began; the page counts on in its time.
// `{% clock %}` draws them ([data-clock]); [data-countdown] counts minutes and seconds; [data-now-clock]
// shows the time. What turns nearly due or late is said aloud, at most once a minute.

import { say, shape, words } from "./words.js";

const HOUR = 3600e3;
const SAY_EVERY = 60e3;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const ZONE = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Shanghai", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

const base = { server: 0, here: 0, rate: 1 };
const turned = { due: 0, late: 0, said: -Infinity };

/** The server's time in milliseconds since 1970. */
export function now() {
  return base.server + (Date.now() - base.here) * base.rate;
}

/** Take `server` (ms) as the time of this moment. A demo clock may run fast; its speed shows in two samples. */
export function setNow(server) {
  const here = Date.now();
  const elapsed = here - base.here;
  if (base.here && document.documentElement.hasAttribute("data-demo") && elapsed > 1000) {
    base.rate = Math.max(0, (server - base.server) / elapsed);
  }
  Object.assign(base, { server, here });
}

/** Local wall time, 14:32. */
export function timeText(instant) {
  const part = parts(instant);
  return `${part.hour}:${part.minute}`;
}

/** A span in its two largest units, whole minutes rounded down: the same as `wording.span_text`. */
export function spanText(seconds) {
  const minutes = Math.floor(seconds / 60);
  const [d, h, m] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (d) return words(h ? "days_hours" : "days", { d, h });
  if (h) return words(m ? "hours_minutes" : "hours", { h, m });
  return words("minutes", { m });
}

/** What a clock says with `seconds` left: the same as `wording.left_text`. */
export function leftText(seconds) {
  if (seconds > 0) return words("left", { span: spanText(Math.ceil(seconds / 60) * 60) });
  if (seconds > -60) return words("just_late");
  return words("late", { span: spanText(-seconds) });
}

/** Bring every clock on the page up to date. */
export function tick() {
  document.querySelectorAll("[data-clock]").forEach(tickOne);
  document.querySelectorAll("[data-countdown]").forEach((element) => {
    const seconds = Math.max(0, Math.ceil((Number(element.dataset.countdown) - now()) / 1000));
    setText(element, `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`);
  });
  document.querySelectorAll("[data-now-clock]").forEach((element) => {
    const part = parts(now());
    const time = `${part.hour}:${part.minute}`;
    const month = document.documentElement.lang === "en" ? MONTHS[part.month - 1] : Number(part.month);
    const full = words("date_time", { month, day: Number(part.day), time });
    setText(element, element.dataset.nowClock === "time" ? time : full);
  });
  sayTurned();
}

function tickOne(element) {
  const seconds = (Number(element.dataset.due) - now()) / 1000;
  const left = element.querySelector("[data-left]");
  const stage = seconds <= 0 ? "late" : seconds <= Number(element.dataset.soon) ? "due" : "wait";
  const isFar = stage === "wait" && !left.textContent && seconds * 1000 > 12 * HOUR;
  if (!isFar) setText(left, leftText(seconds));
  if (element.dataset.stage && element.dataset.stage !== stage) turn(element, stage);
  element.dataset.stage = stage;
}

function turn(element, stage) {
  const isOffer = "offer" in element.dataset;
  element.querySelector(".left > svg").replaceWith(shape(isOffer && stage !== "late" ? "offer" : stage));
  element.classList.toggle("late", stage === "late" && "mine" in element.dataset);
  if (stage === "late") setText(element.querySelector("[data-by]"), element.dataset.was);
  if (stage in turned) turned[stage] += 1;
}

function sayTurned() {
  if (!(turned.due + turned.late) || Date.now() - turned.said < SAY_EVERY) return;
  const parts = ["late", "due"].filter((stage) => turned[stage]);
  say(parts.map((stage) => words(`clocks_${stage}`, { count: turned[stage] })).join(" "));
  Object.assign(turned, { due: 0, late: 0, said: Date.now() });
}

function parts(instant) {
  return Object.fromEntries(ZONE.formatToParts(instant).map((part) => [part.type, part.value]));
}

function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

async function askServer() {
  try {
    const answer = await fetch("/clock/", { cache: "no-store" });
    if (answer.ok) setNow((await answer.json()).now);
    tick();
  } catch {
    // No network: the page counts on by itself.
  }
}

/** Begin counting; a page that was asleep, and every page of a demo (whose clock may be moved), asks again. */
export function startClocks() {
  setNow(Number(document.documentElement.dataset.now) || Date.now());
  tick();
  setInterval(tick, 1000);
  if (document.documentElement.hasAttribute("data-demo")) setInterval(() => document.hidden || askServer(), 5000);
  document.addEventListener("visibilitychange", () => document.hidden || askServer());
}
