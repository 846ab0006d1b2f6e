// Draws a draft in the modeler. What our extension elements say (limits, checklists, …) is changed by form, not
// here: choosing an element offers its form, and going there stores the drawing first.

import { CHINESE } from "./modeler-zh.js";

const FONT = getComputedStyle(document.documentElement).getPropertyValue("--sw-font");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const form = document.getElementById("drawing-form");
const box = document.getElementById("modeler");
const next = document.getElementById("element-form");

function translate(template, values = {}) {
  const words = box.dataset.language.startsWith("zh") ? (CHINESE[template] ?? template) : template;
  return words.replace(/{([^}]+)}/g, (_, name) => values[name] ?? `{${name}}`);
}

const modeler = new BpmnJS({
  container: box,
  additionalModules: [{ translate: ["value", translate] }],
  textRenderer: { defaultStyle: { fontFamily: FONT, fontSize: "12px" }, externalStyle: { fontFamily: FONT, fontSize: "12px" } },
  bpmnRenderer: { defaultFillColor: colour("--sw-surface"), defaultStrokeColor: colour("--sw-ink-2"), defaultLabelColor: colour("--sw-ink") },
});

// What was drawn and could not be stored comes back in the form.
const typed = form.elements.bpmn.value;
const text = typed || (await (await fetch(box.dataset.file)).text());
await modeler.importXML(text);
modeler.get("canvas").zoom("fit-viewport", "auto");
box.dataset.ready = "yes";

let isDirty = Boolean(typed);
modeler.on("commandStack.changed", () => { isDirty = true; });
window.addEventListener("beforeunload", (event) => isDirty && event.preventDefault());

let chosen = "";
modeler.on("selection.changed", ({ newSelection }) => {
  const element = newSelection.length === 1 ? newSelection[0] : null;
  chosen = element?.businessObject?.$instanceOf?.("bpmn:BaseElement") && element.type !== "bpmn:Participant" ? element.businessObject.id : "";
  next.disabled = !chosen;
  if (chosen) next.querySelector("span").textContent = form.dataset.next;
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { xml } = await modeler.saveXML({ format: true });
  form.elements.bpmn.value = xml;
  form.elements.then.value = event.submitter === next ? chosen : "";
  isDirty = false;
  form.submit();
});
