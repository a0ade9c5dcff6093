"use strict";
// Follow-through, by the rules of `marking/work.py`: the work is walked again on the student's own numbers, each with the
// room that its last digit leaves, and each answer is held against what follows from those before it. What gates make of
// numbers is in `rules`, written from their rows; what each number is worked out from is in the page's data.
const following = (() => {
  const { numbers, follows, trivial } = JSON.parse(document.getElementById("working").textContent);
  // As in `marking/answers.py`, `marking/spreads.py` and `marking/work.py`.
  const RELATIVE_SLACK = 5e-7;
  const ABSOLUTE_SLACK = 1e-12;
  const HAIR = 1e-9;
  const KINK = 1e-5;
  const SHARE_SLACK = 1e-6;
  const MOST_COMBINED = 4;

  const spread = (middle, low = middle, high = middle) => ({ middle, low, high });
  const isExact = ({ middle, low, high }) => low === middle && high === middle;
  const add = (a, b) => spread(a.middle + b.middle, a.low + b.low, a.high + b.high);

  // Which of middle (0), low (1) and high (2) to try of some numbers: all combinations, or one number after the other.
  function choices(count) {
    if (count <= MOST_COMBINED) {
      return Array.from({ length: 3 ** count }, (_, n) =>
        Array.from({ length: count }, (_, i) => Math.floor(n / 3 ** i) % 3),
      );
    }
    const only = (place, end) => Array.from({ length: count }, (_, i) => (i === place ? end : 0));
    return [only(-1, 0), ...Array.from({ length: 2 * count }, (_, n) => only(n >> 1, 1 + (n % 2)))];
  }

  // What a rule makes of spreads, tried at their middles and ends; the last so many are probed to both sides as well.
  function evaluate({ rule, from, probed = 0 }, carried) {
    const taken = from.map((source) => carried[source]);
    if (rule === undefined) return taken[0];
    const hairs = taken.map(({ middle }, i) =>
      i >= taken.length - probed ? HAIR * Math.max(1, Math.abs(middle)) : 0,
    );
    const levels = taken.map(({ middle, low, high }, i) => [middle, low - hairs[i], high + hairs[i]]);
    const moving = taken.flatMap((one, i) => (hairs[i] || !isExact(one) ? [i] : []));
    const found = choices(moving.length).map((ends) =>
      Number(rules[rule](...levels.map((level, i) => level[moving.includes(i) ? ends[moving.indexOf(i)] : 0]))),
    );
    const [middle] = found;
    const finite = found.map((one) => (Number.isFinite(one) ? one : middle));
    if (moving.length > MOST_COMBINED) {
      const off = finite.slice(1).map((one) => Math.abs(one - middle));
      const reach = moving.reduce((sum, _, i) => sum + Math.max(off[2 * i], off[2 * i + 1]), 0);
      return spread(middle, middle - reach, middle + reach);
    }
    const all = spread(middle, Math.min(...finite), Math.max(...finite));
    // Exact numbers leave room at a kink only.
    const isSmooth = !(all.high - all.low > KINK * Math.max(1, Math.abs(middle)));
    return taken.every(isExact) && isSmooth ? spread(middle) : all;
  }

  // The answer in a cell: what was read, and what it says with the room that its last digit leaves, and a little more.
  function answer(text) {
    const written = reading.read(text);
    if (written.blank || written.problem) return written;
    const middle = reading.nearest(written.value);
    const half = reading.nearest(reading.room(written.halfUnit, written.value));
    const isWhole = reading.nearest(written.halfUnit) === 0.5;
    // Digits that were cut off leave the last one wrong by less than one.
    const more = Math.abs(middle) >= 20 * half && !isWhole ? half * (1 - 1e-9) : 0;
    const held = spread(middle, middle - half, middle + half);
    return { ...written, isWhole, spread: held, loose: spread(middle, held.low - more, held.high + more) };
  }

  function meet(ours, theirs) {
    const larger = Math.max(Math.abs(ours.middle), Math.abs(theirs.middle));
    const slack = Math.max(RELATIVE_SLACK * larger, ABSOLUTE_SLACK);
    return Number.isFinite(theirs.middle) && ours.low - slack <= theirs.high && theirs.low <= ours.high + slack;
  }

  // What the work goes on with where a number is written: the number, and its right further digits if it is right.
  function carriedOn({ spread: written, loose, isWhole }, predicted, right) {
    const { middle, low, high } = written;
    const reach = Math.max(1e-12 * Math.abs(predicted.middle), ABSOLUTE_SLACK);
    const isIt = Math.max(predicted.high, middle) - reach <= Math.min(predicted.low, middle);
    if (isIt || (isWhole && !meet(loose, predicted))) return spread(middle);
    const held = meet(loose, spread(right)) ? right : middle;
    return spread(middle, Math.min(low, held), Math.max(high, held));
  }

  const sourcesOf = ({ parts = [] }) => parts.flatMap(({ from }) => from);

  // Walks through the work; `goOn` takes a number's place, what is predicted there and what the work went on with so
  // far, and returns what it goes on with.
  function walk(goOn) {
    const carried = [];
    numbers.forEach(({ given, parts }, i) => {
      const predicted = given
        ? spread(...given.map(Number))
        : parts.map((part) => evaluate(part, carried)).reduce(add);
      carried.push(goOn(i, predicted, carried));
    });
    return carried;
  }

  // The right numbers: the picture's rounding is not carried.
  const right = walk((i, predicted) => (numbers[i].given ? spread(predicted.middle) : predicted));
  // Whether a number follows from asked ones in a way that is not known here.
  const isApart = [];
  for (const number of numbers) {
    isApart.push(Boolean(number.apart) || sourcesOf(number).some((source) => isApart[source]));
  }

  // What a number is worked out from, seen through the branches of a fork where nothing is written.
  const basisOf = ({ parts = [] }, answers) =>
    parts.flatMap(({ rule, from }) => {
      const branch = numbers[from[0]];
      const isSeenThrough = rule === undefined && branch.parts && !answers[branch.cell]?.spread;
      return isSeenThrough ? sourcesOf(branch) : from;
    });

  const isEasier = (carried, i) =>
    [0, 1].some((easy) => Math.abs(carried.middle) === easy && Math.abs(right[i].middle) !== easy);

  // The marks on all cells: the verdict, what is the matter with an answer that cannot be read, the cells of earlier
  // mistakes that the number is worked out from, whether it is known what follows from these, and the share it earns.
  function mark(texts, rights) {
    const answers = texts.map(answer);
    const marks = [];
    // For each number, the cells of the mistakes behind it.
    const blamed = [];
    walk((i, predicted, carried) => {
      const sources = sourcesOf(numbers[i]);
      const earlier = [...new Set(sources.flatMap((source) => blamed[source]))].sort((a, b) => a - b);
      const { cell } = numbers[i];
      blamed[i] = earlier;
      if (cell === undefined) return predicted;
      const written = answers[cell];
      const judged = judge(written, predicted, i, rights[cell], earlier.length === 0);
      const isOff = written.spread && judged !== "wrong" && !addsUp(numbers[i].tie, answers, carried);
      const verdict = isOff ? "wrong" : judged;
      const note = isOff ? "at a tie the parts must add up to what arrives" : (written.problem ?? "");
      const isKnown = !isApart[i] && earlier.every((other) => marks[other].verdict !== "unreadable");
      marks[cell] = { verdict, note, earlier, isKnown, credit: 0 };
      if (verdict !== "blank") blamed[i] = verdict.startsWith("right") ? [] : [cell];
      if (verdict.startsWith("right")) marks[cell].credit = 1;
      if (verdict === "follows") {
        const basis = basisOf(numbers[i], answers).filter((source) => blamed[source].length);
        const isTrivial = basis.some((source) => isEasier(carried[source], source));
        marks[cell].credit = isTrivial ? trivial : follows;
        if (predicted.middle === 0 && written.spread.middle === 0) marks[cell].credit = 0;
      }
      return written.spread ? carriedOn(written, predicted, right[i].middle) : predicted;
    });
    return marks;
  }

  function judge(written, predicted, i, exact, isClean) {
    if (written.blank) return "blank";
    if (written.problem) return "unreadable";
    // At a kink any subgradient is right.
    if (reading.agrees(written, exact) || (!isExact(right[i]) && meet(written.loose, right[i]))) return "right";
    if (!meet(written.loose, predicted)) return "wrong";
    return isClean ? "right by rounding" : "follows";
  }

  // Whether what is written for the operands of a gate at a tie adds up, where all of it is.
  function addsUp(tie, answers, carried) {
    const written = tie?.among.map((place) => answers[numbers[place].cell].spread);
    if (!tie || !written.every(Boolean)) return true;
    const wanted = evaluate(tie, carried);
    const got = written.reduce(add);
    const slack = SHARE_SLACK * Math.max(1, Math.abs(wanted.middle));
    return got.low <= wanted.high + slack && got.high >= wanted.low - slack;
  }

  return { mark };
})();
