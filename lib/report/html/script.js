"use strict";
// Only comforts: a filter, keys, copying. The page is complete without.
const cases = [...document.querySelectorAll("details.case")];
const filter = document.getElementById("filter");
const count = document.getElementById("count");
document.getElementById("tools").hidden = false;

function apply() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const each of cases) {
    const text = `${each.dataset.verdict} ${each.textContent}`.toLowerCase();
    each.hidden = !words.every((word) => text.includes(word));
    if (!each.hidden) shown++;
  }
  count.textContent = words.length > 0 ? `${shown} of ${cases.length}` : "";
}

function step(by) {
  const seen = cases.filter((each) => !each.hidden);
  const at = seen.findIndex((each) => each.contains(document.activeElement));
  const next = seen[at < 0 ? 0 : Math.min(seen.length - 1, Math.max(0, at + by))];
  if (!next) return;
  next.querySelector("summary").focus();
  next.scrollIntoView({ block: "start" });
}

function openTarget() {
  let node = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const target = node;
  for (; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
  target?.scrollIntoView();
}

filter.addEventListener("input", apply);
addEventListener("hashchange", openTarget);
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target === filter) {
    if (event.key !== "Escape") return;
    filter.value = "";
    filter.blur();
    apply();
  } else if (event.key === "/") {
    event.preventDefault();
    filter.focus();
  } else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
});
for (const line of document.querySelectorAll(".rerun")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(line.querySelector("code").textContent);
      button.textContent = "copied";
    } catch {
      getSelection().selectAllChildren(line.querySelector("code"));
    }
  });
  line.append(" ", button);
}
if (location.hash) openTarget();
