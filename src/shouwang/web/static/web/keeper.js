// Half-filled forms: <form data-keep="name"> finds what was typed again after a reload or a lost page.
// Kept for this tab only (sessionStorage), never passwords, files or hidden values; forgotten once the form
// was sent and another page of ours came.

const PREFIX = "sw-keep:";

function keyOf(form) {
  return `${PREFIX}${location.pathname}:${form.dataset.keep}`;
}

function fields(form) {
  return [...form.elements].filter(
    (field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type) && field.tagName !== "FIELDSET",
  );
}

function isChoice(field) {
  return field.type === "checkbox" || field.type === "radio";
}

function keep(form) {
  const values = fields(form).map((field) => [field.name, field.type, isChoice(field) ? [field.value, field.checked] : field.value]);
  store(keyOf(form), { values, isSent: false });
}

function restore(form) {
  const kept = load(keyOf(form));
  if (!kept || form.querySelector("[aria-invalid='true']")) return; // with errors shown, the server's values are newer
  const left = fields(form);
  for (const [name, type, value] of kept.values) {
    const at = left.findIndex((field) => field.name === name && field.type === type && (!isChoice(field) || field.value === value[0]));
    if (at < 0) continue;
    const [field] = left.splice(at, 1);
    const isChanged = isChoice(field) ? field.checked !== value[1] : field.value !== value;
    if (!isChanged) continue;
    if (isChoice(field)) field.checked = value[1];
    else field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function store(key, value) {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden store: the form works, it only cannot be found again.
  }
}

function load(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) || "null");
  } catch {
    return null;
  }
}

/** Forget what was kept of `form`: it has been taken by the server, or by the queue. */
export function forget(form) {
  if (form.dataset.keep) sessionStorage.removeItem(keyOf(form));
}

function sweepSent() {
  const how = performance.getEntriesByType("navigation")[0]?.type;
  if (how !== "navigate") return; // a reload or a step back may follow a page that never came: keep
  for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX))) {
    if (load(key)?.isSent) sessionStorage.removeItem(key);
  }
}

/** Begin to keep; `restoreIn(root)` is called for the page and for every new part of it. */
export function startKeeping() {
  sweepSent();
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.dataset.keep) keep(form);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.dataset.keep) keep(form);
  });
  document.addEventListener("submit", (event) => {
    const kept = event.target.dataset.keep && load(keyOf(event.target));
    if (kept) store(keyOf(event.target), { ...kept, isSent: true });
  });
}

/** Fill the kept forms in `root` with what was typed before. */
export function restoreIn(root) {
  const forms = [...root.querySelectorAll("form[data-keep]")];
  if (root.matches?.("form[data-keep]")) forms.push(root);
  forms.forEach(restore);
}
