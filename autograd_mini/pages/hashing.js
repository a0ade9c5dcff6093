"use strict";
// Answers that are not in plain sight, by the rules of `hidden.py`: the spelling of an answer is hashed with its salt and
// looked up among the hashes of the spellings that are right. SHA-256 is here because a browser has none for local files.
const hashing = (() => {
  const isPrime = (n) => {
    for (let i = 2; i * i <= n; i += 1) if (n % i === 0) return false;
    return true;
  };
  const PRIMES = [];
  for (let n = 2; PRIMES.length < 64; n += 1) if (isPrime(n)) PRIMES.push(n);
  const firstBits = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32) | 0;
  const START = PRIMES.slice(0, 8).map((prime) => firstBits(Math.sqrt(prime)));
  const ROUNDS = PRIMES.map((prime) => firstBits(Math.cbrt(prime)));
  const turn = (x, by) => (x >>> by) | (x << (32 - by));

  function sha256(text) {
    const bytes = [...new TextEncoder().encode(text)];
    const bits = bytes.length * 8;
    bytes.push(0x80);
    while (bytes.length % 64 !== 56) bytes.push(0);
    for (const shift of [32, 0]) {
      const word = shift ? Math.floor(bits / 2 ** 32) : bits >>> 0;
      for (let i = 24; i >= 0; i -= 8) bytes.push((word >>> i) & 0xff);
    }
    const state = [...START];
    for (let block = 0; block < bytes.length; block += 64) {
      const words = [];
      for (let i = 0; i < 16; i += 1) {
        const at = block + 4 * i;
        words.push((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]);
      }
      for (let i = 16; i < 64; i += 1) {
        const [near, far] = [words[i - 15], words[i - 2]];
        const small = turn(near, 7) ^ turn(near, 18) ^ (near >>> 3);
        const large = turn(far, 17) ^ turn(far, 19) ^ (far >>> 10);
        words.push((words[i - 16] + small + words[i - 7] + large) | 0);
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i += 1) {
        const choice = (e & f) ^ (~e & g);
        const majority = (a & b) ^ (a & c) ^ (b & c);
        const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + ROUNDS[i] + words[i]) | 0;
        const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority) | 0;
        [a, b, c, d, e, f, g, h] = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g];
      }
      [a, b, c, d, e, f, g, h].forEach((word, i) => {
        state[i] = (state[i] + word) | 0;
      });
    }
    return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  const unclear = (note) => ({ verdict: "unreadable", note });

  // The verdict on a text, by what `hidden.hidden` returns.
  function mark(text, hidden) {
    const written = reading.read(text);
    if (written.blank) return { verdict: "blank", note: "" };
    if (written.problem) return unclear(written.problem);
    let spelling;
    if (written.places === null) {
      if (written.value.bottom > BigInt(hidden.bottom)) return unclear("too fine a fraction for this page; write decimals");
      spelling = `${written.value.top}/${written.value.bottom}`;
    } else {
      if (written.digits === null) return unclear("a fraction of decimals; write it as one decimal number");
      if (written.places > hidden.most) return unclear("more digits than this page knows; write fewer");
      if (written.places < hidden.fewest) return unclear("too large an exponent for this page; write the digits");
      spelling = `${written.digits}e${-written.places}`;
    }
    const hash = sha256(`${hidden.salt}:${spelling}`).slice(0, hidden.hashes[0].length);
    return { verdict: hidden.hashes.includes(hash) ? "right" : "wrong", note: "" };
  }

  return { sha256, mark };
})();
