// Big keys for a temperature: {% include "web/keypad.html" %} in a form with one [data-celsius] field.
// A degree, then a tenth. A second tap on 39 goes on to 40, 41, 42; on 35 back to 34. Typing works as well.

const RUNS = { 39: ["39", "40", "41", "42"], 35: ["35", "34"] };

function field(form) {
  return form.querySelector("[data-celsius]");
}

function draw(form) {
  const [degree = "", tenth = ""] = field(form).value.split(".");
  form.querySelectorAll("[data-degree]").forEach((key) => {
    const run = RUNS[key.dataset.degree] || [key.dataset.degree];
    const isOn = run.includes(degree);
    key.textContent = isOn ? degree : run.length > 2 ? `${run[0]}+` : run[0];
    key.setAttribute("aria-pressed", String(isOn));
  });
  form.querySelectorAll("[data-tenth]").forEach((key) => {
    key.setAttribute("aria-pressed", String(Boolean(degree) && key.dataset.tenth === tenth));
  });
}

function press(form, key) {
  const input = field(form);
  const [degree = "", tenth = ""] = input.value.split(".");
  if (key.dataset.degree) {
    const run = RUNS[key.dataset.degree] || [key.dataset.degree];
    input.value = `${run[(run.indexOf(degree) + 1) % run.length]}.${tenth}`;
  } else if (degree) {
    input.value = `${degree}.${key.dataset.tenth}`;
  } else return;
  input.classList.remove("bad");
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function start(root) {
  for (const pad of root.querySelectorAll("[data-keys][hidden]")) {
    const form = pad.closest("form");
    if (!field(form)) continue;
    pad.hidden = false;
    field(form).addEventListener("input", () => draw(form));
    pad.addEventListener("click", (event) => {
      const key = event.target.closest("button");
      if (key) press(form, key);
    });
    draw(form);
  }
}

start(document);
htmx.onLoad((root) => start(root.parentElement || document));
