// Draws the procedure of a page: <div id data-drawing="/…bpmn" data-done="ids" data-current="ids">.
// Done steps get a light ground, present ones a dark one; the table under the drawing says the same in words.
// A live region is refreshed without the drawing's inside, so each viewer is kept and put back where it was.

const viewers = new Map();
const FONT = getComputedStyle(document.documentElement).getPropertyValue("--sw-font");
const READABLE = 0.75; // names are 12 px in the drawing
const TOO_SMALL = 0.55;
const STEP = 80;
const HEIGHTS = [180, 420];

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const current = (box) => box.dataset.current.split(" ").filter(Boolean);
const canvasOf = (box) => viewers.get(box.id)?.isReady && viewers.get(box.id).viewer.get("canvas");

async function draw(box) {
  const known = viewers.get(box.id);
  if (known?.url === box.dataset.drawing) {
    putBack(known, box);
    return;
  }
  const viewer = new BpmnJS({
    container: box,
    textRenderer: { defaultStyle: { fontFamily: FONT, fontSize: "12px" }, externalStyle: { fontFamily: FONT, fontSize: "12px" } },
    bpmnRenderer: { defaultFillColor: colour("--sw-surface"), defaultStrokeColor: colour("--sw-ink-2"), defaultLabelColor: colour("--sw-ink") },
  });
  const kept = { viewer, url: box.dataset.drawing, isReady: false, isEmpty: false };
  viewers.set(box.id, kept);
  const answer = await fetch(box.dataset.drawing);
  try {
    await viewer.importXML(await answer.text());
  } catch {
    kept.isEmpty = true;
    putBack(kept, document.getElementById(box.id));
    return;
  }
  kept.isReady = true;
  box.dispatchEvent(new CustomEvent("sw:drawn", { bubbles: true, detail: { viewer } }));
  putBack(kept, document.getElementById(box.id));
  fitHeight(box);
  show(box, canvasOf(box).zoom() < TOO_SMALL ? partOf(box) : "fit");
}

// A file may say everything about a procedure and yet hold no drawing of it: the table stands alone then.
function putBack(kept, box) {
  if (kept.isEmpty) {
    box.hidden = true;
    box.parentElement.querySelector("details")?.setAttribute("open", "");
    return;
  }
  if (!kept.isReady) return;
  const inside = kept.viewer.get("canvas").getContainer().closest(".bjs-container");
  if (inside.parentElement !== box) kept.viewer.attachTo(box);
  if (kept.height) box.style.height = kept.height;
  mark(kept.viewer, box);
  const bar = document.querySelector(`[data-drawing-tools="${box.id}"]`);
  if (!bar) return;
  bar.hidden = false;
  const here = bar.querySelector('[data-zoom="here"]');
  if (here) here.hidden = !current(box).length;
}

function mark(viewer, box) {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  const wanted = { "sw-done": box.dataset.done.split(" ").filter(Boolean), "sw-here": current(box) };
  for (const [marker, ids] of Object.entries(wanted)) {
    registry.forEach((element) => canvas.hasMarker(element, marker) && canvas.removeMarker(element, marker));
    ids.filter((id) => registry.get(id)).forEach((id) => canvas.addMarker(id, marker));
  }
  badge(viewer, box);
}

// What a change adds or changes carries a word beside it: <div data-added="ids" data-word-added="加" …>.
function badge(viewer, box) {
  const overlays = viewer.get("overlays");
  const canvas = viewer.get("canvas");
  overlays.remove({ type: "change" });
  for (const kind of ["added", "changed"]) {
    const word = box.dataset[kind === "added" ? "wordAdded" : "wordChanged"];
    for (const id of (box.dataset[kind] ?? "").split(" ").filter((one) => viewer.get("elementRegistry").get(one))) {
      const html = Object.assign(document.createElement("span"), { className: "desk-badge", textContent: word });
      overlays.add(id, "change", { position: { top: -12, left: -6 }, html });
      canvas.addMarker(id, `sw-${kind}`);
    }
  }
}

function fitHeight(box) {
  const canvas = canvasOf(box);
  canvas.zoom("fit-viewport", "auto");
  if (partOf(box) !== "fit" && canvas.zoom() < TOO_SMALL) return; // a part of it will be shown
  const wanted = canvas.viewbox().inner.height * canvas.zoom() + 40;
  const height = `${Math.round(Math.min(HEIGHTS[1], Math.max(HEIGHTS[0], wanted)))}px`;
  viewers.get(box.id).height = height;
  box.style.height = height;
  canvas.resized();
  canvas.zoom("fit-viewport", "auto");
}

// What of a drawing that is too large to be read is shown first: the present step, or where it begins; a
// comparison is shown whole, so that no change is missed.
function partOf(box) {
  if (current(box).length) return "here";
  return Object.keys(box.dataset).some((name) => name.startsWith("word")) ? "fit" : "start";
}

// "here" and "start" show the present step and the beginning at a size that can be read; "fit" the whole.
function show(box, what) {
  const canvas = canvasOf(box);
  const registry = viewers.get(box.id).viewer.get("elementRegistry");
  const step = registry.get(current(box)[0]);
  const pool = registry.find((element) => element.type === "bpmn:Participant");
  canvas.zoom("fit-viewport", "auto");
  const zoom = Math.max(READABLE, canvas.zoom());
  const { outer } = canvas.viewbox();
  const [width, height] = [outer.width / zoom, outer.height / zoom];
  if (what === "here" && step) {
    canvas.viewbox({ x: step.x + step.width / 2 - width / 2, y: step.y + step.height / 2 - height / 2, width, height });
  } else if (what === "start" && pool) {
    canvas.viewbox({ x: pool.x - 10, y: pool.y - 10, width, height });
  }
}

const MOVES = { left: [STEP, 0], right: [-STEP, 0], up: [0, STEP], down: [0, -STEP] };

function act(box, what) {
  const canvas = canvasOf(box);
  if (!canvas) return;
  if (what === "in") canvas.zoom(canvas.zoom() * 1.3);
  else if (what === "out") canvas.zoom(canvas.zoom() / 1.3);
  else if (MOVES[what]) canvas.scroll({ dx: MOVES[what][0], dy: MOVES[what][1] });
  else show(box, what);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-zoom]");
  const box = button && document.getElementById(button.closest("[data-drawing-tools]").dataset.drawingTools);
  if (box) act(box, button.dataset.zoom);
});

// A finger drags the drawing sideways; up and down it scrolls the page, unless the drag began sideways.
document.addEventListener("pointermove", (event) => {
  const box = event.pointerType === "touch" && event.target.closest?.("[data-drawing]");
  if (box) canvasOf(box)?.scroll({ dx: event.movementX, dy: event.movementY });
});

htmx.onLoad((root) => root.querySelectorAll("[data-drawing]").forEach(draw));
