"use strict";
// The quiz: mark each cell when it is left, keep the score, give hints. How numbers are read is in reading.js.
(() => {
  const find = (id) => document.getElementById(id);
  const questions = JSON.parse(find("questions").textContent);
  const sheet = [...find("sheet").children];
  // What was marked last, which may differ from what stands in a cell while it is being written.
  const texts = questions.map(() => "");
  const hintsTaken = questions.map(() => 0);
  const input = (i) => find(`answer${i}`);
  let current = 0;
  // Of more other answers than this that are marked otherwise than before, the number is said.
  const MOST_SAID = 3;

  // All answers are marked together, because what follows from one may stand in another. Hidden ones are right or wrong.
  const judge = questions[0].hidden
    ? () => texts.map((text, i) => hashing.mark(text, questions[i].hidden))
    : () => following.mark(texts, questions.map(({ right }) => right));
  let marks = judge();

  const isMistake = ({ verdict }) => verdict === "wrong" || verdict === "unreadable";
  const listed = (names) => names.join(", ").replace(/, ([^,]*)$/, " and $1");

  function sentence(i) {
    const { verdict, note, earlier, isKnown, credit } = marks[i];
    const theirs = listed((earlier ?? []).map((cell) => `your ${questions[cell].name}`));
    const said = `${questions[i].name}: ${verdict}`;
    if (note) return `${said}: ${note}.`;
    if (verdict === "right by rounding") return `${said}: as near as rounded numbers come.`;
    if (verdict === "wrong" && theirs && isKnown) return `${said}, and it does not follow from ${theirs} either.`;
    if (verdict !== "follows") return `${said}.`;
    const easier = credit
      ? `This earns ${credit} of a mark, because with 0, 1 or −1 the rest is easier.`
      : "A 0 that follows from a 0 earns nothing.";
    return `${said} from ${theirs}. Right rule, earlier number wrong.${credit < 1 ? ` ${easier}` : ""}`;
  }

  function show(i) {
    const { verdict } = marks[i];
    find(`cell${i}`).dataset.verdict = verdict;
    find(`verdict${i}`).textContent = sentence(i);
    input(i).setAttribute("aria-invalid", String(isMistake(marks[i])));
    sheet[i].dataset.verdict = verdict;
    sheet[i].querySelector("b").textContent = verdict;
  }

  function mark(i) {
    const before = marks;
    texts[i] = input(i).value;
    marks = judge();
    show(i);
    const changed = questions.flatMap((_, other) =>
      other !== i && marks[other].verdict !== before[other].verdict ? [other] : [],
    );
    questions.forEach((_, other) => {
      if (other !== i && marks[other].verdict !== "blank") show(other);
    });
    find("status").textContent = [sentence(i), ...again(changed)].join(" ");
    find("status").dataset.verdict = marks[i].verdict;
    summarise();
  }

  // What is said about other answers that are marked otherwise than before.
  function again(changed) {
    if (!changed.length) return [];
    const said = changed.slice(0, MOST_SAID).map((i) => `${questions[i].name}: ${marks[i].verdict}`);
    const others = changed.length - said.length;
    return [`Marked anew: ${said.join("; ")}${others ? `; and ${others} more` : ""}.`];
  }

  function summarise() {
    const count = marks.filter(({ verdict }) => verdict.startsWith("right")).length;
    const followed = marks.filter(({ verdict }) => verdict === "follows").length;
    const earned = marks.reduce((sum, { credit }) => sum + (credit ?? 0), 0);
    const more = followed ? `, ${followed} follow${followed === 1 ? "s" : ""}: ${earned} of ${marks.length} marks` : "";
    find("score").textContent = `${count} of ${marks.length} right${more}`;
    const first = firstMistake();
    find("mistake").hidden = first < 0;
    const where = first >= 0 && questions[first].kind === "value" ? "forward" : "from the output back";
    find("first-mistake").textContent = first < 0 ? "" : `First mistake, ${where}: the ${questions[first].name}.`;
    find("empty").hidden = marks.every(({ verdict }) => verdict !== "blank");
  }

  const firstMistake = () => marks.findIndex(isMistake);

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
    input(i).addEventListener("change", () => {
      // Enter has marked it already, and has said what else changed.
      if (input(i).value !== texts[i]) mark(i);
    });
    input(i).addEventListener("blur", () => {
      // What was changed and changed back is as it was.
      if (input(i).value === texts[i] && texts[i]) show(i);
    });
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
