// Finding a place while typing: an input with a hidden code beside it, and a list of what fits below.
// Origins are searched in one file, so they are found off line too; courtyards and communities are asked of the
// server. Without a network the words are sent as they are, and the server finds the place.

const PAUSE = 180;
const LONGEST = 60;
const MOST = 8;
const isEnglish = () => document.documentElement.lang.startsWith("en");

// ---------------------------------------------------------------- provinces, cities, counties

const divisions = { list: null };

function loadDivisions(url) {
  divisions.list ??= fetch(url)
    .then((answer) => answer.json())
    .then(flatten)
    .catch(() => {
      divisions.list = null;
      return [];
    });
  return divisions.list;
}

const KINDS = /特别行政区|自治区|自治州|自治县|自治旗|新区|林区|地区|[省市区县旗盟]/g;
const bare = (words) => words.toLowerCase().replace(/[\s·,，'’]/g, "");
const plain = (words) => bare(words).replace(KINDS, "") || bare(words);
const short = (name) => name.replace(/(?:壮族|回族|维吾尔)?(?:自治区|特别行政区)$|[省市]$/, "") || name;

function flatten(tree) {
  const found = [];
  for (const province of tree) {
    found.push(division([province], 0));
    for (const city of province[3] || []) {
      if (city[1]) found.push(division([province, city], 1));
      for (const area of city[3] || []) found.push(division([province, city, area], 2));
    }
  }
  return found;
}

function division(line, level) {
  const named = line.filter((one) => one[1]);
  const own = named[named.length - 1];
  const chinese = named.map((one) => (one === own && level ? one[1] : short(one[1]))).join(" · ");
  const english = [...named].reverse().map((one) => one[2]).join(", ");
  return {
    code: line[line.length - 1][0],
    name: isEnglish() ? english : chinese,
    level,
    zh: plain(named.map((one) => one[1]).join("")),
    en: plain(named.map((one) => one[2]).join("")),
    own: [plain(own[1]), plain(own[2])],
  };
}

function searchDivisions(list, query) {
  const whole = plain(query);
  const words = query.split(/[\s·,，]+/).map(plain).filter(Boolean);
  const ranked = list.map((one) => [rank(one, whole, words), one]).filter(([at]) => at !== null);
  ranked.sort((a, b) => a[0] - b[0] || a[1].level - b[1].level);
  return ranked.slice(0, MOST).map(([, one]) => one);
}

function rank(one, whole, words) {
  if (one.own.includes(whole)) return 0;
  const text = /[\u4e00-\u9fff]/.test(whole) ? one.zh : one.en;
  if (!text.includes(whole) && !words.every((word) => text.includes(word))) return null;
  return one.own.some((own) => own.startsWith(words[words.length - 1])) ? 1 : 2;
}

async function candidates(form, kind, query) {
  if (kind === "divisions") return searchDivisions(await loadDivisions(form.dataset.divisions), query);
  const answer = await fetch(`${form.dataset.places}?q=${encodeURIComponent(query)}`);
  return (await answer.json()).places;
}

// ---------------------------------------------------------------- one picker

class Picker {
  constructor(form, box, onChoose) {
    Object.assign(this, { form, box, onChoose, asked: "", at: -1, found: [], timer: 0 });
    this.input = box.querySelector("input:not([type=hidden])");
    this.code = box.querySelector("input[type=hidden]");
    this.where = box.querySelector("[data-where]");
    this.list = document.createElement("ul");
    Object.assign(this.list, { className: "gt-list", id: `${this.input.id}-list`, hidden: true });
    this.list.setAttribute("role", "listbox");
    const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    Object.entries(roles).forEach(([name, value]) => this.input.setAttribute(name, value));
    this.input.after(this.list);
    this.listen();
  }

  listen() {
    this.input.addEventListener("input", () => {
      this.code.value = "";
      if (this.where) this.where.textContent = "";
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), PAUSE);
    });
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), PAUSE));
    if (this.box.dataset.picker === "divisions") {
      this.input.addEventListener("focus", () => loadDivisions(this.form.dataset.divisions), { once: true });
    }
  }

  async ask() {
    const query = this.input.value.trim();
    this.asked = query;
    if (!query || query.length > LONGEST) {
      this.close();
      return;
    }
    try {
      const found = await candidates(this.form, this.box.dataset.picker, query);
      if (this.asked !== query || document.activeElement !== this.input) return;
      Object.assign(this, { found, at: -1 });
      this.show();
    } catch {
      this.close();
    }
  }

  press(event) {
    if (this.list.hidden) return;
    if (event.key === "Escape") this.close();
    if (!this.found.length || !["Enter", "ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Enter") {
      this.choose(this.found[Math.max(this.at, 0)]);
      return;
    }
    const step = event.key === "ArrowDown" ? 1 : -1;
    this.at = (Math.max(this.at, event.key === "ArrowUp" ? 0 : -1) + step + this.found.length) % this.found.length;
    this.show();
  }

  show() {
    const none = Object.assign(document.createElement("li"), { className: "none", textContent: this.form.dataset.sayNone });
    this.list.replaceChildren(...(this.found.length ? this.found.map((one, index) => this.item(one, index)) : [none]));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    if (this.at >= 0) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
  }

  item(one, index) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(index === this.at));
    item.append(Object.assign(document.createElement("b"), { textContent: one.name }));
    if (one.where) item.append(document.createElement("br"), Object.assign(document.createElement("span"), { className: "t2 ink2", textContent: one.where }));
    item.addEventListener("pointerdown", (event) => event.preventDefault()); // the input keeps the focus
    item.addEventListener("click", () => this.choose(one));
    return item;
  }

  choose(one) {
    this.input.value = one.name;
    this.code.value = one.code;
    this.input.classList.remove("bad");
    this.input.removeAttribute("aria-invalid");
    this.box.querySelector(".why")?.remove();
    this.form.querySelector(`.gt-choices[data-for="${this.code.name}"]`)?.remove();
    if (this.where) this.where.textContent = one.where || "";
    this.close();
    this.onChoose();
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.at = -1;
  }
}

/** Make `box` (an input and a hidden code) search while somebody types; `onChoose` is told of each choice. */
export function startPicker(form, box, onChoose) {
  return new Picker(form, box, onChoose);
}
