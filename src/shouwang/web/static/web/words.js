// Sentences of the page's language, handed over by the server, and the one polite voice of the page.

let sentences = null;

/** The sentence `key` with its %(name)s places filled from `values`. */
export function words(key, values = {}) {
  sentences ??= JSON.parse(document.getElementById("sw-words")?.textContent || "{}");
  return (sentences[key] ?? key).replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? "");
}

/** Say `text` to readers aloud, after whatever they are being read now. */
export function say(text) {
  const voice = document.getElementById("sw-say");
  if (voice) voice.textContent = text;
}

/** An <svg> of one of our state shapes, or of a Tabler icon (file "vendor/icons.svg"). */
export function shape(name, file = "web/shapes.svg", size = "s") {
  const base = new URL("..", import.meta.url).pathname;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", size);
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${base}${file}#${name}`);
  svg.append(use);
  return svg;
}

/** An element with its properties and children. */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
