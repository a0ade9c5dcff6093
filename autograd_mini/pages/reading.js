"use strict";
// Numbers as a person wrote them, by the rules of `marking/sheets.py`: the text, what it says exactly, and how much its
// last digit leaves open. Nothing is evaluated; fractions are pairs of whole numbers of any size.
const reading = (() => {
  const SPACES = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
  const EDGES = new RegExp(`^[${SPACES}]+|[${SPACES}]+$`, "g");
  const decimalOf = (name) =>
    `(?<${name}whole>[0-9]*)(?:\\.(?<${name}part>[0-9]*))?(?:[eE](?<${name}exponent>[+-]?[0-9]+))?`;
  const NUMBER = new RegExp(
    `^(?<sign>[+-]?)[${SPACES}]*${decimalOf("")}` +
      `(?:[${SPACES}]*/[${SPACES}]*(?<under>[+-]?)[${SPACES}]*${decimalOf("d")})?$`,
  );
  const MOST_CHARACTERS = 100;
  const LARGEST_EXPONENT = 400;

  const size = (n) => (n < 0n ? -n : n);
  const divisor = (a, b) => (b === 0n ? a : divisor(b, a % b));
  function fraction(top, bottom) {
    const common = divisor(size(top), size(bottom)) * (bottom < 0n ? -1n : 1n);
    return { top: top / common, bottom: bottom / common };
  }
  const minus = (a, b) => fraction(a.top * b.bottom - b.top * a.bottom, a.bottom * b.bottom);
  const plus = (a, b) => fraction(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
  const times = (a, b) => fraction(a.top * b.top, a.bottom * b.bottom);
  const absolute = (a) => ({ top: size(a.top), bottom: a.bottom });
  const atMost = (a, b) => a.top * b.bottom <= b.top * a.bottom;
  const powerOfTen = (n) => (n < 0 ? { top: 1n, bottom: 10n ** BigInt(-n) } : { top: 10n ** BigInt(n), bottom: 1n });

  // A whole number rounds what is off by no more than this share.
  const LARGEST_SHARE = fraction(1n, 20n);
  const HALF = fraction(1n, 2n);

  // The fraction that a number of the machine is, exactly.
  function exactly(number) {
    const bits = new DataView(new ArrayBuffer(8));
    bits.setFloat64(0, number);
    const high = bits.getUint32(0);
    const exponent = (high >>> 20) & 0x7ff;
    const fractional = (BigInt(high & 0xfffff) << 32n) | BigInt(bits.getUint32(4));
    const whole = exponent === 0 ? fractional : fractional | (1n << 52n);
    const power = Math.max(exponent, 1) - 1075;
    const signed = high >>> 31 ? -whole : whole;
    return power < 0 ? fraction(signed, 1n << BigInt(-power)) : fraction(signed << BigInt(power), 1n);
  }

  function decimal(groups, name) {
    const part = groups[`${name}part`] ?? "";
    const places = part.length - Number(groups[`${name}exponent`] ?? 0);
    const digits = BigInt((groups[`${name}whole`] + part) || "0");
    return { digits, places, value: times(fraction(digits, 1n), powerOfTen(-places)) };
  }

  const hasDigits = (groups, name) => Boolean(groups[`${name}whole`] || groups[`${name}part`]);

  function advice(shown) {
    if (/^[+\u2212-]?[0-9]+,[0-9]+$/.test(shown)) return `a decimal comma; write ${shown.replace(",", ".")}`;
    return "not a number; write digits such as -0.20, a fraction such as 39/100, or 1e-3";
  }

  // Returns {blank}, {problem}, or {value, halfUnit, digits, places}: `digits` times 10 to the minus `places`. An exact
  // fraction has no places; where tenths and the like were divided further, the digits are none.
  function read(text) {
    const shown = text.replace(EDGES, "");
    if (!shown) return { blank: true };
    if ([...shown].length > MOST_CHARACTERS) return { problem: `longer than ${MOST_CHARACTERS} characters` };
    const groups = NUMBER.exec(shown.replace(/[\u2212\u2013\uff0d]/g, "-"))?.groups;
    if (!groups || !hasDigits(groups, "")) return { problem: advice(shown) };
    for (const name of ["exponent", "dexponent"]) {
      if (Math.abs(Number(groups[name] ?? 0)) > LARGEST_EXPONENT) {
        return { problem: `the exponent is beyond ${LARGEST_EXPONENT}` };
      }
    }
    const above = decimal(groups, "");
    const sign = groups.sign === "-" ? -1n : 1n;
    const value = { top: sign * above.value.top, bottom: above.value.bottom };
    if (groups.under === undefined) {
      const halfUnit = times(powerOfTen(-above.places), fraction(1n, 2n));
      return { value, halfUnit, digits: sign * above.digits, places: above.places };
    }
    if (!hasDigits(groups, "d")) return { problem: "nothing stands under the fraction bar" };
    const below = decimal(groups, "d").value;
    if (below.top === 0n) return { problem: "a fraction with 0 below its bar" };
    const signedBelow = groups.under === "-" ? -below.top : below.top;
    const quotient = times(value, fraction(below.bottom * (signedBelow < 0n ? -1n : 1n), below.top));
    if (below.bottom !== 1n || !/^10+$/.test(String(below.top))) {
      return { value: quotient, halfUnit: { top: 0n, bottom: 1n }, digits: null, places: null };
    }
    // 39/100 is 0.39 in another spelling, two decimals of it; 1/3 is exact.
    const places = String(below.top).length - 1;
    const scaled = times(quotient, powerOfTen(places));
    return {
      value: quotient,
      halfUnit: fraction(1n, 2n * 10n ** BigInt(places)),
      digits: scaled.bottom === 1n ? scaled.top : null,
      places,
    };
  }

  // How far an answer may be from the right number: a whole number may stand for one that it rounds, but not for any.
  function room(halfUnit, exact) {
    const share = times(absolute(exact), LARGEST_SHARE);
    return atMost(HALF, halfUnit) && atMost(share, halfUnit) ? share : halfUnit;
  }

  // Whether `right`, rounded as the answer was, is the answer.
  function agrees(written, right) {
    const exact = exactly(right);
    const relative = times(absolute(exact), fraction(1n, 10n ** 9n));
    const least = fraction(1n, 10n ** 12n);
    const slack = atMost(relative, least) ? least : relative;
    return atMost(absolute(minus(exact, written.value)), plus(room(written.halfUnit, exact), slack));
  }

  // The number of the machine that is nearest to a fraction, which beyond the largest is infinity.
  const nearest = ({ top, bottom }) => Number(`${(top * 10n ** 500n) / bottom}e-500`);

  return { read, room, agrees, nearest };
})();
