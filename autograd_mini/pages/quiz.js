"use strict";
// The quiz: mark each cell when it is left, keep the score, give hints. How numbers are read is in reading.js.
(() => {
  const find = (id) => document.getElementById(id);
  const questions = JSON.parse(find("questions").textContent);
  const sheet = [...find("sheet").children];
  const marks = questions.map(() => ({ verdict: "blank", note: "" }));
  const hintsTaken = questions.map(() => 0);
  const input = (i) => find(`answer${i}`);
  let current = 0;

  const judge = (i, text) => {
    const { right, hidden } = questions[i];
    return hidden ? hashing.mark(text, hidden) : reading.mark(text, right);
  };
  const sentence = (i) => {
    const { verdict, note } = marks[i];
    return `${questions[i].name}: ${verdict}${note ? `: ${note}` : ""}.`;
  };

  function mark(i) {
    marks[i] = judge(i, input(i).value);
    const { verdict } = marks[i];
    find(`cell${i}`).dataset.verdict = verdict;
    find(`verdict${i}`).textContent = sentence(i);
    input(i).setAttribute("aria-invalid", String(verdict === "wrong" || verdict === "unreadable"));
    sheet[i].dataset.verdict = verdict;
    sheet[i].querySelector("b").textContent = verdict;
    find("status").textContent = sentence(i);
    find("status").dataset.verdict = verdict;
    summarise();
  }

  function summarise() {
    const count = marks.filter(({ verdict }) => verdict === "right").length;
    find("score").textContent = `${count} of ${marks.length} right`;
    const first = firstMistake();
    find("mistake").hidden = first < 0;
    const where = first >= 0 && questions[first].kind === "value" ? "forward" : "from the output back";
    find("first-mistake").textContent = first < 0 ? "" : `First mistake, ${where}: the ${questions[first].name}.`;
    find("empty").hidden = marks.every(({ verdict }) => verdict !== "blank");
  }

  const firstMistake = () => marks.findIndex(({ verdict }) => verdict === "wrong" || verdict === "unreadable");

  // The hints taken so far for the cell in hand.
  function showHints() {
    const { name, hints } = questions[current];
    const taken = hints.slice(0, hintsTaken[current]);
    find("hints").replaceChildren(
      ...taken.map((text) => Object.assign(document.createElement("span"), { textContent: text })),
    );
    const more = taken.length < hints.length;
    find("hint").textContent = more ? `${taken.length ? "Worked step" : "Hint"}: ${name}` : `No more hints: ${name}`;
    find("hint").setAttribute("aria-disabled", String(!more));
    questions.forEach((_, i) => find(`cell${i}`).classList.toggle("current", i === current));
  }

  function select(i) {
    current = i;
    showHints();
  }

  function go(i) {
    if (i < 0) return;
    input(i).focus();
    input(i).scrollIntoView({ block: "nearest", inline: "center" });
  }

  questions.forEach((_, i) => {
    input(i).addEventListener("focus", () => select(i));
    input(i).addEventListener("change", () => mark(i));
    input(i).addEventListener("keydown", (event) => {
      if (event.key === "Enter") mark(i);
    });
    input(i).addEventListener("input", () => {
      // What is being written has no verdict yet.
      delete find(`cell${i}`).dataset.verdict;
      input(i).removeAttribute("aria-invalid");
    });
  });
  find("hint").addEventListener("click", () => {
    hintsTaken[current] = Math.min(hintsTaken[current] + 1, questions[current].hints.length);
    showHints();
  });
  find("mistake").addEventListener("click", () => go(firstMistake()));
  find("empty").addEventListener("click", () => {
    const blanks = marks.flatMap(({ verdict }, i) => (verdict === "blank" ? [i] : []));
    go(blanks.find((i) => i > current) ?? blanks[0] ?? -1);
  });
  summarise();
  showHints();
})();
