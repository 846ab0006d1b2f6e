// Marks how each step of a drawing stands to its limit: the wider the stroke the later, and the same in words below
// the step. `data-heat` names the JSON beside the drawing: {step: {level, lines}}. The table says all of it again.

document.addEventListener("sw:drawn", (event) => {
  const box = event.target;
  const source = box.dataset.heat && document.getElementById(box.dataset.heat);
  if (!source) return;
  const { viewer } = event.detail;
  const [canvas, registry, overlays] = ["canvas", "elementRegistry", "overlays"].map((name) => viewer.get(name));
  for (const [id, mark] of Object.entries(JSON.parse(source.textContent))) {
    const step = registry.get(id);
    if (!step) continue;
    canvas.addMarker(id, `sw-heat-${mark.level}`);
    overlays.add(id, { position: { top: step.height + 3, left: 0 }, html: label(mark, step.width) });
  }
});

function label(mark, width) {
  const words = document.createElement("div");
  words.className = `desk-mark desk-mark-${mark.level}`;
  words.style.width = `${width}px`;
  for (const line of mark.lines) words.appendChild(document.createElement("span")).textContent = line;
  return words;
}
