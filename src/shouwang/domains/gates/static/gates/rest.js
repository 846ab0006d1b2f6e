// The rest before a second measurement, counted down by the server's time.

import { now } from "../web/clock.js";

function draw() {
  for (const element of document.querySelectorAll("[data-rest]")) {
    const left = Math.ceil((Number(element.dataset.rest) * 1000 - now()) / 1000);
    const shown = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    const text = left > 0 ? element.dataset.left.replace("{left}", shown) : element.dataset.over;
    if (element.textContent !== text) element.textContent = text;
  }
}

draw();
setInterval(draw, 1000);
htmx.onLoad(draw);
