// Notes with each temperature when it was taken, in the server's time, so that an entry which waited on this
// device for its network still counts for its window.

import { now } from "../web/clock.js";

document.addEventListener(
  "submit",
  (event) => {
    const field = event.target.querySelector("input[name='taken_ms']");
    if (field) field.value = String(Math.round(now()));
  },
  true, // before the queue takes the form's values
);
