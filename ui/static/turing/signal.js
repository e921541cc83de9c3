/**
 * How well somebody tells real pictures from fakes: d', the bias c, and how sure one may be of both. The signal is a fake, so c above 0 is somebody
 * who rather says "real". Macmillan & Creelman, Detection Theory, 2005; log-linear correction: Hautus 1995, doi 10.3758/BF03203619.
 */

/**
 * @typedef {object} Counts of answers
 * @property {number} hits fakes called fake
 * @property {number} misses fakes called real
 * @property {number} falseAlarms real ones called fake
 * @property {number} rejections real ones called real
 *
 * @typedef {object} Score
 * @property {number} dPrime 0: they cannot be told apart
 * @property {number} bias c; 0: neither answer is preferred
 * @property {number} low @property {number} high of d', where it lies with 95 %
 * @property {number} right share of right answers @property {number} count of all answers
 */

/** Standard deviations on either side that hold 95 % of a normal distribution. */
const SURE = 1.959964;

/** @param {number} x @returns {number} density of the standard normal distribution */
export const density = (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/**
 * The standard normal distribution. Marsaglia 2004, doi 10.18637/jss.v011.i04: a series that ends when it changes nothing any more.
 * @param {number} x @returns {number} the share below it
 */
export function cumulative(x) {
  if (Math.abs(x) > 8) return Number(x > 0);
  let [sum, term] = [x, x];
  for (let i = 3; ; i += 2) {
    term *= (x * x) / i;
    if (sum + term === sum) return 0.5 + sum * density(x);
    sum += term;
  }
}

/**
 * The inverse of `cumulative`. From the middle Newton's steps never go too far: the distribution is convex on the left.
 * @param {number} share 0 ... 1 @returns {number} infinite at the ends, NaN beyond them
 */
export function quantile(share) {
  if (!(share > 0 && share < 1)) return share === 0 ? -Infinity : share === 1 ? Infinity : NaN;
  if (share > 0.5) return -quantile(1 - share);
  let x = 0;
  for (let i = 0; i < 80; i += 1) {
    const step = (cumulative(x) - share) / density(x);
    x -= step;
    if (Math.abs(step) < 1e-12) break;
  }
  return x;
}

/** @returns {Counts} */
export const none = () => ({ hits: 0, misses: 0, falseAlarms: 0, rejections: 0 });

/** @param {Counts} counts @param {boolean} real what it was @param {boolean} saidReal @param {number} [times] */
export function count(counts, real, saidReal, times = 1) {
  counts[real ? (saidReal ? "rejections" : "falseAlarms") : saidReal ? "misses" : "hits"] += times;
}

/** @param {Counts[]} all @returns {Counts} together */
export function added(all) {
  const sum = none();
  for (const each of all) for (const name of /** @type {(keyof Counts)[]} */ (Object.keys(sum))) sum[name] += each[name];
  return sum;
}

/**
 * Half an answer is added to each kind and one to each sum (log-linear), so that nobody is infinitely good; the spread of d' is Gourevitch and
 * Galanter's (1967) of the corrected shares.
 * @param {Counts} counts of pictures or grids that came one at a time @returns {Score}
 */
export function score(counts) {
  const { hits, misses, falseAlarms, rejections } = counts;
  const [fakes, reals] = [hits + misses + 1, falseAlarms + rejections + 1];
  const [hit, alarm] = [(hits + 0.5) / fakes, (falseAlarms + 0.5) / reals];
  const [zHit, zAlarm] = [quantile(hit), quantile(alarm)];
  const variance = (hit * (1 - hit)) / (fakes * density(zHit) ** 2) + (alarm * (1 - alarm)) / (reals * density(zAlarm) ** 2);
  return scored(zHit - zAlarm, -(zHit + zAlarm) / 2, Math.sqrt(variance), counts);
}

/**
 * Of two beside each other, one of which is fake: a choice is easier than a single look by the square root of two, so d' is divided by it.
 * A hit is a fake on the left that was found there, a false alarm one on the right that was sought on the left; c above 0 prefers the right.
 * @param {Counts} counts @returns {Score}
 */
export function scoreOfPairs(counts) {
  const { dPrime, bias, high } = score(counts);
  return scored(dPrime / Math.SQRT2, bias, (high - dPrime) / SURE / Math.SQRT2, counts);
}

/** @param {number} dPrime @param {number} bias @param {number} deviation @param {Counts} counts @returns {Score} */
function scored(dPrime, bias, deviation, { hits, misses, falseAlarms, rejections }) {
  const all = hits + misses + falseAlarms + rejections;
  return { dPrime, bias, low: dPrime - SURE * deviation, high: dPrime + SURE * deviation, right: all ? (hits + rejections) / all : NaN, count: all };
}

/** Fewer answers say nothing yet. */
const FEWEST = 12;

/** @param {Score} found @returns {boolean} whether they could as well have guessed: there were enough answers, and 0 is within reach */
export function guesses({ low, count: answers }) {
  return answers >= FEWEST && low <= 0;
}
