// Forms that survive the loss of the network: <form method="post" data-queue data-label="…">.
// Every entry bears a `request_key` made on this device; the server answers the same key with the same result,
// so sending twice does no harm. When no answer comes, the entry is kept on this device (localStorage), the
// page says so, and it is sent again by itself. It is wiped as soon as the server has taken it. An entry is
// sent only as the person who made it.

import { now, timeText } from "./clock.js";
import { forget } from "./keeper.js";
import { isUp, onNet, reportDown, reportUp } from "./net.js";
import { make, shape, words } from "./words.js";

const STORE = "sw-queue";
const PATIENCE = 20000;
const PATIENCE_FILES = 120000;
const AGAIN = 10000;
const TRIES = 5;

const me = () => document.documentElement.dataset.person || "";
const state = { isSending: false, signIn: "" };

// ---------------------------------------------------------------- what is kept

function entries() {
  try {
    return JSON.parse(localStorage.getItem(STORE) || "[]");
  } catch {
    return [];
  }
}

function write(list) {
  if (list.length) localStorage.setItem(STORE, JSON.stringify(list));
  else localStorage.removeItem(STORE);
}

function put(entry) {
  write([...entries().filter((other) => other.key !== entry.key), entry]);
}

function drop(key) {
  write(entries().filter((entry) => entry.key !== key));
}

const mine = () => entries().filter((entry) => entry.who === me());
const waiting = () => mine().filter((entry) => !entry.isRefused);

// ---------------------------------------------------------------- sending a form

function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // pages served without TLS have no randomUUID
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function keyField(form) {
  let field = form.querySelector("input[name='request_key']");
  if (!field) {
    field = make("input", { type: "hidden", name: "request_key" });
    form.append(field);
  }
  field.value ||= newKey();
  return field;
}

async function submit(form, button) {
  if (form.hasAttribute("aria-busy")) return; // a second tap while the first is under way
  const field = keyField(form);
  const data = new FormData(form);
  if (button?.name) data.append(button.name, button.value);
  const hasFiles = [...data.values()].some((value) => value instanceof File && value.size);
  const url = button?.hasAttribute("formaction") ? button.formAction : form.getAttribute("action") || location.href;
  form.setAttribute("aria-busy", "true");
  note(form, null);
  try {
    const answer = await post(url, data, hasFiles);
    if (answer.status === 401) keepForm(form, url, data, answer.headers.get("X-Shouwang-Sign-In"));
    else await take(form, field, answer);
  } catch {
    reportDown(true);
    if (hasFiles) note(form, words("files_need_net"));
    else keepForm(form, url, data);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

// Throws when no answer came, and also for the answers of a proxy whose server is away.
async function post(url, data, hasFiles = false) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), hasFiles ? PATIENCE_FILES : PATIENCE);
  try {
    const body = hasFiles ? data : new URLSearchParams([...data].filter(([, value]) => typeof value === "string"));
    const headers = { "X-Shouwang-Queue": "1", Accept: "text/html" };
    const answer = await fetch(url, { method: "POST", body, headers, signal: stop.signal });
    if ([502, 503, 504].includes(answer.status)) throw new Error(String(answer.status));
    reportUp();
    return answer;
  } finally {
    clearTimeout(timer);
  }
}

async function take(form, field, answer) {
  drop(field.value);
  const key = answer.ok ? "" : field.value;
  if (answer.ok) {
    forget(form);
    field.value = ""; // coming back to this page means a new entry
    delete form.dataset.queued;
  }
  await follow(answer, key);
}

// Where a good answer leads. The server names the page instead of redirecting to it (`QueuedFormMiddleware`):
// a redirect followed here would fetch the page, and what it says once, before the reader sees it.
function goal(answer) {
  return answer.headers.get("X-Shouwang-Go") || (answer.redirected ? answer.url : "");
}

function go(address) {
  const url = new URL(address, location.href);
  if (url.pathname + url.search !== location.pathname + location.search) {
    location.assign(url);
    return;
  }
  history.replaceState(null, "", url); // the same page: assigning it would only move to its #part
  location.reload();
}

// Show what the server answered: go where it sends us, put its page in the place of this one, or, when its
// page is a bare refusal, show that above the form, which stays as it is.
async function follow(answer, key) {
  if (answer.ok && goal(answer)) {
    go(goal(answer));
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const refusal = page.querySelector(".sw-refusal");
  const place = document.getElementById("sw-problem");
  if (!answer.ok && refusal && place) {
    place.replaceChildren(refusal);
    place.focus();
    return;
  }
  replaceBody(page);
  if (key) giveKey(key);
  draw();
}

function replaceBody(page) {
  document.title = page.title;
  for (const name of ["class", "hx-headers", "data-csrf"]) {
    const value = page.body.getAttribute(name);
    if (value !== null) document.body.setAttribute(name, value);
  }
  document.body.replaceChildren(...page.body.childNodes);
  htmx.process(document.body);
  htmx.trigger(document.body, "htmx:load", { elt: document.body });
  window.scrollTo(0, 0);
}

// The refused entry is being mended on this page: it stays the same entry.
function giveKey(key) {
  const form = document.querySelector("form[data-queue]");
  if (!form) return false;
  keyField(form).value = key;
  return true;
}

function keepForm(form, url, data, signIn = "") {
  const key = keyField(form).value;
  const fields = [...data].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  try {
    put({ key, url: new URL(url, location.href).pathname + new URL(url, location.href).search, fields, label: form.dataset.label || "", at: now(), who: me(), tries: 0 });
  } catch {
    note(form, words("cannot_keep"));
    return;
  }
  state.signIn = signIn || "";
  forget(form);
  if (form.dataset.queue === "again") {
    form.reset();
    keyField(form).value = newKey();
    form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  } else {
    form.dataset.queued = key;
  }
  note(form, words("kept"), "wait");
  form.dispatchEvent(new CustomEvent("sw:kept", { bubbles: true, detail: { key } }));
  draw();
}

function note(form, text, shapeName = "late") {
  form.querySelector(".sw-kept")?.remove();
  if (!text) return;
  const line = make("p", { className: "sw-kept" }, shape(shapeName), make("span", { textContent: text }));
  line.setAttribute("role", "status");
  form.append(line);
}

// ---------------------------------------------------------------- sending again

async function flush() {
  if (state.isSending || !waiting().length) return;
  state.isSending = true;
  draw();
  try {
    if (navigator.locks) await navigator.locks.request(STORE, { ifAvailable: true }, (lock) => lock && sendAll());
    else await sendAll();
  } finally {
    state.isSending = false;
    draw();
  }
}

async function sendAll() {
  for (const entry of waiting()) {
    try {
      if (!(await sendOne(entry))) return;
    } catch {
      reportDown(true);
      return;
    }
  }
}

// Returns whether to go on with the next entry.
async function sendOne(entry) {
  let answer = await post(entry.url, withToken(entry));
  if (answer.status === 401) {
    state.signIn = answer.headers.get("X-Shouwang-Sign-In") || "/sign-in/";
    return false;
  }
  if (answer.status === 403 && (await renewToken())) answer = await post(entry.url, withToken(entry));
  if (answer.status >= 500 && entry.tries + 1 < TRIES) {
    put({ ...entry, tries: entry.tries + 1 });
    return true;
  }
  await settle(entry, answer);
  return true;
}

async function settle(entry, answer) {
  const form = document.querySelector(`form[data-queued="${entry.key}"]`);
  if (answer.ok) drop(entry.key);
  else put({ ...entry, isRefused: true });
  if (!form) {
    if (answer.ok) tellSent(entry, goal(answer));
    return;
  }
  if (answer.ok || answer.status === 422) {
    drop(entry.key);
    await follow(answer, answer.ok ? "" : entry.key);
  }
}

function withToken(entry) {
  const data = new FormData();
  entry.fields.forEach(([name, value]) => data.append(name, value));
  data.append("csrfmiddlewaretoken", document.body.dataset.csrf || "");
  return data;
}

async function renewToken() {
  const answer = await fetch(location.pathname + location.search, { cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.body.dataset.csrf;
  if (token) document.body.dataset.csrf = token;
  return Boolean(token);
}

// ---------------------------------------------------------------- what the page says

function draw() {
  const banner = document.querySelector("[data-net-banner]");
  if (!banner) return;
  const list = waiting();
  const others = entries().length - mine().length;
  const isOff = !isUp() || !navigator.onLine;
  const detail = [];
  if (list.length) detail.push(words("waiting", { count: list.length, when: timeText(Math.min(...list.map((entry) => entry.at))) }));
  else if (isOff) detail.push(words("waiting_none"));
  if (others) detail.push(words("other_person", { count: others }));
  banner.hidden = !isOff && !list.length && !others;
  banner.querySelector("[data-net-title]").textContent = title(isOff, list.length);
  banner.querySelector("[data-net-detail]").textContent = detail.join(" ");
  banner.querySelector("[data-net-sign-in]").hidden = !(state.signIn && list.length && !isOff);
  banner.querySelector("[data-net-sign-in]").href = state.signIn || "/sign-in/";
  drawRefused();
}

function title(isOff, count) {
  if (isOff) return words(navigator.onLine ? "server_away" : "offline");
  if (state.signIn && count) return words("sign_in_first", { count });
  return count ? words("sending", { count }) : "";
}

function answersBox() {
  return document.querySelector("[data-net-answers]");
}

function answerLine(key, className, shapeName, text, ...acts) {
  const line = make("div", { className: `sw-answer ${className}` }, shape(shapeName), make("span", { className: "grow", textContent: text }), ...acts);
  line.dataset.key = key;
  return line;
}

function tellSent(entry, url) {
  const label = entry.label || words("one_entry");
  const acts = [];
  if (url) acts.push(make("a", { className: "btn btn-quiet", href: url, textContent: words("see") }));
  const close = make("button", { type: "button", className: "btn btn-quiet", textContent: words("dismiss") });
  close.addEventListener("click", () => close.parentElement.remove());
  answersBox()?.append(answerLine(entry.key, "", "done", words("sent", { label }), ...acts, close));
}

function drawRefused() {
  const box = answersBox();
  if (!box) return;
  box.querySelectorAll(".refused").forEach((line) => line.remove());
  for (const entry of mine().filter((other) => other.isRefused)) {
    const open = make("button", { type: "button", className: "btn btn-plain", textContent: words("open_refused") });
    open.addEventListener("click", () => openRefused(entry));
    const close = make("button", { type: "button", className: "btn btn-quiet", textContent: words("throw_away") });
    close.addEventListener("click", () => {
      drop(entry.key);
      draw();
    });
    const label = entry.label || words("one_entry");
    box.append(answerLine(entry.key, "refused", "late", words("refused", { label }), open, close));
  }
}

// Ask the server once more, to get its page with the errors and all that was typed.
async function openRefused(entry) {
  try {
    const answer = await post(entry.url, withToken(entry));
    if (answer.ok) drop(entry.key);
    await follow(answer, "");
    if (!answer.ok && giveKey(entry.key)) drop(entry.key);
    draw();
  } catch {
    reportDown(true);
  }
}

/** Begin to look after the page's forms and whatever waits on this device. */
export function startQueue() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !("queue" in form.dataset)) return;
    event.preventDefault();
    submit(form, event.submitter);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-net-retry]")) retry();
  });
  onNet((isNowUp) => {
    draw();
    if (isNowUp || navigator.onLine) flush();
  });
  window.addEventListener("storage", (event) => event.key === STORE && draw());
  setInterval(() => waiting().length && navigator.onLine && !state.signIn && flush(), AGAIN);
  draw();
  flush();
}

async function retry() {
  state.signIn = "";
  if (waiting().length) {
    await flush();
    return;
  }
  try {
    await fetch("/clock/", { cache: "no-store" });
    reportUp();
  } catch {
    reportDown(true);
  }
  draw();
}
