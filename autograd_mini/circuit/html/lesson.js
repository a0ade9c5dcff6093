"use strict";
// The lesson: show what the step reached so far has written, light up its gate and wires, and say its sentences.
(() => {
  const find = (id) => document.getElementById(id);
  const items = [...find("steps").children];
  const numbers = [...document.querySelectorAll("[data-step]")];
  const lights = [...document.querySelectorAll("[data-steps]")].map((element) => ({
    element,
    steps: new Set(element.dataset.steps.split(" ").filter(Boolean).map(Number)),
  }));
  const last = items.length - 1;
  let current = 0;

  // An element behind the edge of its frame is brought into sight; the page itself does not move.
  function reveal(element) {
    const scroll = find("scroll");
    const place = element.getBoundingClientRect();
    const frame = scroll.getBoundingClientRect();
    const right = place.left + place.width / 2 - (frame.left + frame.width / 2);
    const down = place.top + place.height / 2 - (frame.top + frame.height / 2);
    const isHidden =
      Math.abs(right) > frame.width / 2 - 80 || Math.abs(down) > frame.height / 2 - 60;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (isHidden) scroll.scrollBy({ left: right, top: down, behavior: calm ? "auto" : "smooth" });
  }

  function show(step) {
    current = Math.min(Math.max(step, 0), last);
    for (const number of numbers) {
      const appears = Number(number.dataset.step);
      const goes = Number(number.dataset.until ?? Infinity);
      number.classList.toggle("later", appears > current || goes <= current);
      number.classList.toggle("fresh", appears === current && current > 0);
    }
    for (const { element, steps } of lights) element.classList.toggle("on", steps.has(current));
    items.forEach((item, i) => {
      if (i === current) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
    find("now").replaceChildren(...[...items[current].childNodes].map((node) => node.cloneNode(true)));
    find("progress").textContent = `Step ${current} of ${last}`;
    for (const [id, ends] of [["first", 0], ["back", 0], ["next", last], ["last", last]]) {
      // Not `disabled`, which would take the focus away from whoever pressed the button.
      find(id).setAttribute("aria-disabled", String(current === ends));
    }
    const lit = lights.find(({ element, steps }) => element.tagName === "rect" && steps.has(current));
    const written = numbers.find((number) => Number(number.dataset.step) === current);
    const seen = lit ? lit.element : written;
    if (seen) reveal(seen);
  }

  find("first").addEventListener("click", () => show(0));
  find("back").addEventListener("click", () => show(current - 1));
  find("next").addEventListener("click", () => show(current + 1));
  find("last").addEventListener("click", () => show(last));
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    // In a figure wider than its frame, whoever has gone there with Tab scrolls with these keys.
    const scroll = find("scroll");
    if (event.target === scroll && scroll.scrollWidth > scroll.clientWidth) return;
    const target = { ArrowRight: current + 1, ArrowLeft: current - 1, Home: 0, End: last }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    show(target);
  });
  find("controls").hidden = false;
  document.querySelector("details").open = false;
  show(0);
})();
