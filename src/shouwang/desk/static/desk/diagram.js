// Draws the procedure of a page: <div id data-drawing="/…bpmn" data-done="ids" data-current="ids">.
// Done steps get a light ground, present ones a dark one; the table under the drawing says the same in words.
// A live region is refreshed without the drawing's inside, so each viewer is kept and put back where it was.

const viewers = new Map();
const FONT = getComputedStyle(document.documentElement).getPropertyValue("--sw-font");
const READABLE = 0.75;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

async function draw(box) {
  const known = viewers.get(box.id);
  if (known && known.url === box.dataset.drawing) {
    if (!box.contains(known.viewer._container)) known.viewer.attachTo(box);
    mark(known.viewer, box);
    return;
  }
  const viewer = new BpmnJS({
    container: box,
    textRenderer: { defaultStyle: { fontFamily: FONT, fontSize: "12px" }, externalStyle: { fontFamily: FONT, fontSize: "12px" } },
    bpmnRenderer: { defaultFillColor: colour("--sw-surface"), defaultStrokeColor: colour("--sw-ink-2"), defaultLabelColor: colour("--sw-ink") },
  });
  viewers.set(box.id, { viewer, url: box.dataset.drawing });
  const answer = await fetch(box.dataset.drawing);
  if (!answer.ok) return;
  await viewer.importXML(await answer.text());
  mark(viewer, box);
  show(viewer, box, innerWidth < 1024 && current(box).length ? "here" : "fit");
  tools(viewer, box);
}

const current = (box) => box.dataset.current.split(" ").filter(Boolean);

function mark(viewer, box) {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  if (!canvas.getRootElement()) return;
  const wanted = { "sw-done": box.dataset.done.split(" ").filter(Boolean), "sw-here": current(box) };
  for (const [marker, ids] of Object.entries(wanted)) {
    registry.forEach((element) => element.id && canvas.hasMarker(element, marker) && canvas.removeMarker(element, marker));
    ids.filter((id) => registry.get(id)).forEach((id) => canvas.addMarker(id, marker));
  }
}

// "here" shows the present step at a size that can be read; "fit" the whole drawing.
function show(viewer, box, what) {
  const canvas = viewer.get("canvas");
  const step = viewer.get("elementRegistry").get(current(box)[0]);
  canvas.zoom("fit-viewport", "auto");
  if (what !== "here" || !step) return;
  const zoom = Math.max(READABLE, canvas.zoom());
  canvas.zoom(zoom, { x: 0, y: 0 });
  const view = canvas.viewbox();
  canvas.viewbox({
    x: step.x + step.width / 2 - view.outer.width / zoom / 2,
    y: step.y + step.height / 2 - view.outer.height / zoom / 2,
    width: view.outer.width / zoom,
    height: view.outer.height / zoom,
  });
}

function tools(viewer, box) {
  const bar = document.querySelector(`[data-drawing-tools="${box.id}"]`);
  if (!bar) return;
  bar.hidden = false;
  const here = bar.querySelector('[data-zoom="here"]');
  if (here) here.hidden = !current(box).length;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-zoom]");
  const box = button && document.getElementById(button.closest("[data-drawing-tools]").dataset.drawingTools);
  const known = box && viewers.get(box.id);
  if (!known) return;
  const canvas = known.viewer.get("canvas");
  if (button.dataset.zoom === "in") canvas.zoom(canvas.zoom() * 1.3);
  else if (button.dataset.zoom === "out") canvas.zoom(canvas.zoom() / 1.3);
  else show(known.viewer, box, button.dataset.zoom);
});

htmx.onLoad((root) => {
  const boxes = [...root.querySelectorAll("[data-drawing]")];
  boxes.forEach((box) => {
    draw(box);
    const known = viewers.get(box.id);
    if (known) tools(known.viewer, box);
  });
});
