// The traveller's form, made quicker: people are added and removed without the server, places are found while
// typing (origins also off line), identity numbers are checked at once, and what is missing stands below the
// button. Without this script the same form works with plain requests.

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const GUARDIAN_UNTIL_AGE = 14;
const PAUSE = 180;

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

// ---------------------------------------------------------------- finding places

const divisions = { list: null };

async function loadDivisions(url) {
  divisions.list ??= fetch(url).then((answer) => answer.json()).then(flatten).catch(() => {
    divisions.list = null;
    return [];
  });
  return divisions.list;
}

const plain = (words) => words.toLowerCase().replace(/[\s·,，'’]/g, "").replace(/特别行政区|自治区|自治州|自治县|自治旗|新区|林区|地区|[省市区县旗盟]/g, "");
const short = (name) => name.replace(/(?:壮族|回族|维吾尔)?(?:自治区|特别行政区)$|[省市]$/, "") || name;

function flatten(tree) {
  const found = [];
  const put = (line, level) => {
    const named = line.filter((one) => one[1]);
    const chinese = named.map((one, index) => (index < named.length - 1 || !level ? short(one[1]) : one[1])).join(" · ");
    const english = [...named].reverse().map((one) => one[2]).join(", ");
    const own = named[named.length - 1];
    found.push({ code: line[line.length - 1][0], name: isEnglish() ? english : chinese, level, zh: plain(named.map((one) => one[1]).join("")), en: plain(named.map((one) => one[2]).join("")), own: [plain(own[1]) || own[1], plain(own[2])] });
  };
  for (const province of tree) {
    put([province], 0);
    for (const city of province[3] || []) {
      if (city[1]) put([province, city], 1);
      for (const area of city[3] || []) put([province, city, area], 2);
    }
  }
  return found;
}

function searchDivisions(list, query) {
  const whole = plain(query) || query.trim();
  const words = query.split(/[\s·,，]+/).map(plain).filter(Boolean);
  const rank = (one) => {
    if (one.own.includes(whole)) return 0;
    const text = /[\u4e00-\u9fff]/.test(whole) ? one.zh : one.en;
    if (!text.includes(whole) && !words.every((word) => text.includes(word))) return 9;
    return one.own.some((own) => own.startsWith(words[words.length - 1])) ? 1 : 2;
  };
  return list.map((one) => [rank(one), one]).filter(([at]) => at < 9).sort((a, b) => a[0] - b[0] || a[1].level - b[1].level).slice(0, 8).map(([, one]) => one);
}

async function candidates(form, kind, query) {
  if (kind === "divisions") return searchDivisions(await loadDivisions(form.dataset.divisions), query);
  const answer = await fetch(`${form.dataset.places}?q=${encodeURIComponent(query)}`);
  return (await answer.json()).places;
}

function startPicker(form, picker) {
  const input = picker.querySelector("input:not([type=hidden]):not([type=radio])");
  const code = picker.querySelector("input[type=hidden]");
  const list = document.createElement("ul");
  Object.assign(list, { className: "gt-list", id: `${input.id}-list`, hidden: true });
  list.setAttribute("role", "listbox");
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
  input.after(list);
  const state = { asked: "", at: -1, found: [], timer: 0 };

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    state.at = -1;
  };
  const choose = (one) => {
    input.value = one.name;
    code.value = one.code;
    input.classList.remove("bad");
    input.removeAttribute("aria-invalid");
    picker.querySelector(".why")?.remove();
    form.querySelector(`.gt-choices[data-for="${code.name}"]`)?.remove();
    const where = picker.querySelector("[data-where]");
    if (where) where.textContent = one.where || "";
    close();
    draw(form);
  };
  const show = () => {
    list.replaceChildren(
      ...state.found.map((one, index) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${index}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", String(index === state.at));
        item.append(Object.assign(document.createElement("b"), { textContent: one.name }));
        if (one.where) item.append(document.createElement("br"), Object.assign(document.createElement("span"), { className: "t2 ink2", textContent: one.where }));
        item.addEventListener("pointerdown", (event) => event.preventDefault());
        item.addEventListener("click", () => choose(one));
        return item;
      }),
    );
    if (!state.found.length) list.append(Object.assign(document.createElement("li"), { className: "none", textContent: say(form, "sayNone") }));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    if (state.at >= 0) input.setAttribute("aria-activedescendant", `${list.id}-${state.at}`);
  };
  const ask = async () => {
    const query = input.value.trim();
    state.asked = query;
    if (!query || query.length > 60) return close();
    try {
      const found = await candidates(form, picker.dataset.picker, query);
      if (state.asked !== query || document.activeElement !== input) return undefined;
      Object.assign(state, { found, at: -1 });
      return show();
    } catch {
      return close(); // no network: the words are sent as they are, and the server finds the place
    }
  };
  input.addEventListener("input", () => {
    code.value = "";
    const where = picker.querySelector("[data-where]");
    if (where) where.textContent = "";
    clearTimeout(state.timer);
    state.timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && state.found.length) {
      event.preventDefault();
      choose(state.found[Math.max(state.at, 0)]);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      state.at = (state.at + step + state.found.length) % Math.max(state.found.length, 1);
      show();
    }
  });
  input.addEventListener("blur", () => setTimeout(close, PAUSE));
  if (picker.dataset.picker === "divisions") input.addEventListener("focus", () => loadDivisions(form.dataset.divisions), { once: true });
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
  form.querySelectorAll("[data-picker]").forEach((picker) => startPicker(form, picker));
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
