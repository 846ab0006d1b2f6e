// The traveller's form, made quicker: people are added and removed without the server, places are found while
// typing (origins also off line), identity numbers are checked at once, and what is missing stands below the
// button. Without this script the same form works with plain requests.

import { startPicker } from "./picker.js";

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const GUARDIAN_UNTIL_AGE = 14;

const say = (form, name, values = {}) =>
  Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), form.dataset[name] || "");
const rowsOf = (form) => [...form.querySelectorAll("[data-rows] > [data-row]")];
const fieldOf = (row, name) => row.querySelector(`[name$="-${name}"]`);
const isEnglish = () => document.documentElement.lang.startsWith("en");

// ---------------------------------------------------------------- people

function addRow(form, number) {
  const template = form.querySelector("template[data-empty-row]");
  const row = template.content.firstElementChild.cloneNode(true);
  number ??= Math.max(-1, ...rowsOf(form).map((other) => Number(other.dataset.row))) + 1;
  row.dataset.row = number;
  for (const element of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
    for (const attribute of ["name", "id", "for", "aria-describedby"]) {
      const value = element.getAttribute(attribute);
      if (value?.startsWith("p0-")) element.setAttribute(attribute, value.replace("p0-", `p${number}-`));
    }
  }
  row.querySelector('[name="row"]').value = number;
  const driver = row.querySelector('[name="driver"]');
  driver.value = number;
  driver.checked = !rowsOf(form).length;
  form.querySelector("[data-rows]").append(row);
  return row;
}

function removeRow(form, row) {
  const wasDriver = row.querySelector('[name="driver"]').checked;
  row.remove();
  const left = rowsOf(form);
  if (!left.length) addRow(form);
  if (wasDriver) rowsOf(form)[0].querySelector('[name="driver"]').checked = true;
}

function isFilled(row) {
  if ("known" in row.dataset) return true;
  const number = fieldOf(row, "number");
  return Boolean(fieldOf(row, "name").value.trim() && number.value.trim() && !number.classList.contains("bad"));
}

function draw(form) {
  const rows = rowsOf(form);
  rows.forEach((row, index) => drawRow(form, row, index));
  rows.forEach((row) => drawGuardians(row, rows));
  const filled = rows.filter(isFilled).length;
  form.querySelector("[data-count]").textContent = say(form, "sayPeople", { n: rows.length });
  form.querySelector("[data-filled]").textContent = say(form, "sayFilled", { n: filled });
  form.querySelector("[data-send]").textContent = say(form, "saySend", { n: rows.length });
  drawMissing(form, rows);
}

function drawRow(form, row, index) {
  const use = row.querySelector("[data-shape] use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, isFilled(row) ? "#done" : "#doing"));
  row.querySelector("[data-driver-tag]").hidden = !row.querySelector('[name="driver"]').checked;
  row.querySelector("[data-minor-tag]").hidden = !row.querySelector("[data-minor-box]").checked;
  row.dataset.title = say(form, "sayPerson", { n: index + 1 });
  if ("known" in row.dataset) return;
  row.querySelector("[data-title]").textContent = fieldOf(row, "name").value.trim() || row.dataset.title;
  const typed = fieldOf(row, "number").value.trim();
  const masked = typed.length > 10 ? typed.slice(0, 6) + "*".repeat(typed.length - 10) + typed.slice(-4) : typed;
  row.querySelector("[data-detail]").textContent = masked.slice(0, 40) || say(form, "sayType");
  const isPassport = row.querySelector("[data-kind]").checked;
  row.querySelector("[data-id-label]").hidden = isPassport;
  row.querySelector("[data-passport-label]").hidden = !isPassport;
}

function drawGuardians(row, rows) {
  const select = row.querySelector("[data-guardian]");
  const others = rows.filter((other) => other !== row);
  const driver = others.find((other) => other.querySelector('[name="driver"]').checked);
  const chosen = others.some((other) => other.dataset.row === select.value) ? select.value : driver?.dataset.row;
  const options = others.map((other) => {
    const title = other.querySelector("[data-title]").textContent.trim() || other.dataset.title;
    return new Option(title, other.dataset.row, false, other.dataset.row === chosen);
  });
  select.replaceChildren(...options);
  row.querySelector("[data-minor]").hidden = !others.length && !row.querySelector("[data-minor-box]").checked;
}

function drawMissing(form, rows) {
  const missing = [];
  const isElsewhere = form.querySelector('[name="stays"][value="elsewhere"]').checked;
  for (const field of form.querySelectorAll("[data-say]")) {
    if (isElsewhere && field.closest(".gt-home")) continue;
    const isEmpty = field.type === "radio" ? !form.querySelector(`[name="${field.name}"]:checked`) : !field.value.trim();
    if (isEmpty) missing.push(field.dataset.say);
  }
  rows.filter((row) => !isFilled(row)).forEach((row) => missing.push(row.dataset.title));
  const text = missing.length ? say(form, "sayMissing") + missing.join(isEnglish() ? ", " : "、") : "";
  const line = form.querySelector("[data-missing]");
  if (line.textContent !== text) line.textContent = text;
}

// ---------------------------------------------------------------- identity numbers

function checkNumber(form, row) {
  const field = fieldOf(row, "number");
  if (!field) return;
  const typed = field.value.replace(/[\s·.\-]/g, "").toUpperCase();
  const isId = !row.querySelector("[data-kind]").checked;
  let fault = "";
  if (isId && /^\d*X?$/.test(typed) && typed) {
    const gap = 18 - typed.length;
    if (gap > 0) fault = say(form, "sayShort", { n: gap, has: typed.length });
    else if (gap < 0) fault = say(form, "sayLong", { n: -gap, has: typed.length });
    else if (!hasCheckDigit(typed)) fault = say(form, "sayWrong");
    else markChild(row, typed);
  }
  showFault(row, field, fault);
}

function hasCheckDigit(number) {
  const total = WEIGHTS.reduce((sum, weight, index) => sum + weight * Number(number[index]), 0);
  return "10X98765432"[total % 11] === number[17];
}

// By the birthday a child: the tick is set, so that a parent need not find it.
function markChild(row, number) {
  const born = new Date(Number(number.slice(6, 10)) + GUARDIAN_UNTIL_AGE, Number(number.slice(10, 12)) - 1, Number(number.slice(12, 14)));
  row.querySelector("[data-minor-box]").checked = born > new Date(Number(document.documentElement.dataset.now) || Date.now());
}

function showFault(row, field, fault) {
  const id = `${field.id}-why`;
  let line = document.getElementById(id);
  field.classList.toggle("bad", Boolean(fault));
  field.toggleAttribute("aria-invalid", false);
  if (!fault) {
    line?.remove();
    return;
  }
  field.setAttribute("aria-invalid", "true");
  if (!line) {
    line = document.createElement("p");
    line.className = "why";
    line.id = id;
    const mark = row.querySelector("[data-shape] svg").cloneNode(true);
    const use = mark.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#late"));
    line.append(mark, document.createElement("span"));
    row.querySelector(".two").after(line);
  }
  line.querySelector("span").textContent = fault;
}

// ---------------------------------------------------------------- the plate

// A whole plate typed or pasted into the number: its province goes where it belongs.
function splitPlate(form, field) {
  const typed = field.value.trim();
  const province = form.querySelector('[name="plate_province"]');
  const has = [...province.options].some((option) => option.value && option.value === typed[0]);
  if (!has) return;
  province.value = typed[0];
  field.value = typed.slice(1).replace(/^[\s·.•]+/, "");
}

// ---------------------------------------------------------------- the form

// People typed before a reload: their rows must stand before what was typed is laid back into them.
function restoreRows(form) {
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(`sw-keep:${location.pathname}:${form.dataset.keep}`) || "null");
  } catch {
    return;
  }
  const numbers = new Set((kept?.values || []).map(([name]) => /^p(\d+)-name$/.exec(name)?.[1]).filter(Boolean));
  numbers.forEach((number) => {
    if (!form.querySelector(`[data-rows] > [data-row="${number}"]`)) addRow(form, Number(number));
  });
}

function start(form) {
  if (form.dataset.started) return;
  form.dataset.started = "1";
  restoreRows(form);
  form.querySelectorAll("[data-picker]").forEach((box) => startPicker(form, box, () => draw(form)));
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add], [data-remove]");
    if (!button) return;
    event.preventDefault();
    if ("add" in button.dataset) {
      rowsOf(form).filter(isFilled).forEach((row) => (row.open = false));
      const row = addRow(form);
      draw(form);
      fieldOf(row, "name").focus();
    } else {
      removeRow(form, button.closest("[data-row]"));
      draw(form);
      form.querySelector("[data-add]").focus();
    }
  });
  form.addEventListener("input", () => draw(form));
  form.addEventListener("change", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && event.target.matches('[name$="-number"], [data-kind]')) checkNumber(form, row);
    if (event.target.id === "plate") splitPlate(form, event.target);
    draw(form);
  });
  draw(form);
}

const begin = () => document.querySelectorAll(".gt-form").forEach(start);
begin();
htmx.onLoad(begin);
