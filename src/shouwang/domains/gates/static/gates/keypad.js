// The temperature pad of guards: a degree, then a tenth; the next person follows by itself. Typing on a
// keyboard goes on working. A second tap on 39+ goes on to 40, 41, 42; on 35 back to 34.

const form = () => document.querySelector("form.gt-check");
const fields = (root) => [...root.querySelectorAll("[data-celsius]")];
const state = { field: null, degree: "" };

function focusOn(root, field) {
  state.field = field;
  const [degree, tenth] = field.value.split(".");
  state.degree = degree || "";
  root.querySelectorAll("[data-who]").forEach((who) => who.toggleAttribute("data-now", who.contains(field)));
  const who = field.closest("[data-who]").querySelector("[data-name]").textContent;
  root.querySelector("[data-keypad-who]").textContent = who;
  draw(root, tenth);
}

function draw(root, tenth) {
  const shown = Math.min(39, Math.max(35, Number(state.degree) || 0));
  root.querySelectorAll("[data-degree]").forEach((key) => {
    const own = Number(key.dataset.degree);
    key.setAttribute("aria-pressed", String(Boolean(state.degree) && own === shown));
    if (own === 39) key.textContent = Number(state.degree) > 39 ? state.degree : "39+";
    if (own === 35) key.textContent = state.degree === "34" ? "34" : "35";
  });
  root.querySelectorAll("[data-tenth]").forEach((key) => key.setAttribute("aria-pressed", String(key.dataset.tenth === tenth)));
}

function pressDegree(root, key) {
  const own = key.dataset.degree;
  if (own === "39" && Number(state.degree) >= 39) state.degree = String(Number(state.degree) >= 42 ? 39 : Number(state.degree) + 1);
  else if (own === "35" && state.degree === "35") state.degree = "34";
  else state.degree = own;
  put(`${state.degree}.`);
  draw(root, "");
}

function pressTenth(root, key) {
  if (!state.degree) return;
  put(`${state.degree}.${key.dataset.tenth}`);
  draw(root, key.dataset.tenth);
  const all = fields(root);
  const next = all[all.indexOf(state.field) + 1];
  if (next && !next.value) focusOn(root, next);
}

function put(value) {
  state.field.value = value;
  state.field.classList.remove("bad");
  state.field.dispatchEvent(new Event("input", { bubbles: true }));
}

function start() {
  const root = form();
  if (!root || root.dataset.started) return;
  root.dataset.started = "1";
  const pad = root.querySelector("[data-keypad]");
  const all = fields(root);
  if (!pad || !all.length) return;
  pad.toggleAttribute("data-on", true);
  all.forEach((field) => {
    field.inputMode = "none"; // the pad is the keyboard of gloved hands
    field.addEventListener("focus", () => focusOn(root, field));
  });
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("button");
    if (!key) return;
    if ("degree" in key.dataset) pressDegree(root, key);
    else pressTenth(root, key);
  });
  focusOn(root, all.find((field) => field.classList.contains("bad") || !field.value) || all[0]);
}

start();
htmx.onLoad(start);
