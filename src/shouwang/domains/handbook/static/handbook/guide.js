// The pocket guide on the phone: search among the cards, and keep the page for when there is no network.

function startSearch(form) {
  const box = form.querySelector("[data-search-box]");
  const count = form.querySelector("[data-search-count]");
  const cards = [...document.querySelectorAll("[data-search]")];
  const show = () => {
    const wanted = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = cards.filter((card) => {
      card.hidden = !wanted.every((word) => card.dataset.search.includes(word));
      return !card.hidden;
    });
    const words = found.length ? count.dataset.one.replace("#", found.length) : count.dataset.none;
    count.textContent = wanted.length ? words : "";
  };
  box.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    box.blur(); // the keyboard goes, the cards are seen
  });
  show();
}

// What this page needs to be seen without network: itself, and every script, style and drawing it has loaded.
function needed() {
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const linked = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
  const drawn = [...document.querySelectorAll("use")].map((use) => use.getAttribute("href").split("#")[0]);
  const all = [...loaded, ...linked.map((one) => one.href || one.src), ...drawn];
  const own = all.map((one) => new URL(one, location.href)).filter((url) => url.origin === location.origin);
  return [...new Set(own.filter((url) => url.pathname.startsWith("/static/")).map((url) => url.href))];
}

function say(isKept) {
  document.querySelectorAll("[data-kept]").forEach((part) => (part.hidden = !isKept));
  document.querySelectorAll("[data-kept-not]").forEach((part) => (part.hidden = isKept));
}

async function keep() {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data.kept === location.pathname) say(true);
    if (data.newer === location.pathname) document.querySelectorAll("[data-newer]").forEach((note) => (note.hidden = false));
  });
  await navigator.serviceWorker.register("/guide/worker.js", { scope: "/guide/" });
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ keep: needed(), page: location.pathname });
}

document.querySelectorAll("[data-search-form]").forEach(startSearch);
if (document.readyState === "complete") keep();
else window.addEventListener("load", keep);
