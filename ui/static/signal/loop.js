/** A window of a signal as a sound that goes round: its end fades into its beginning, and it has as many samples a second as the loudspeaker wants. */

/** So much of the window is faded over, in parts of it. */
const FADED = 1 / 16;
/** Samples to each side that a new one is made of. */
const REACH = 16;

/** @param {ArrayLike<number>} wave @returns {Float64Array<ArrayBuffer>} shorter by what is faded over; its last sample leads to its first */
export function ringOf(wave) {
  const faded = Math.floor(wave.length * FADED);
  const length = wave.length - faded;
  let mean = 0;
  for (let i = 0; i < wave.length; i += 1) mean += wave[i] / wave.length;
  return Float64Array.from({ length }, (_, i) => {
    const share = Math.min(1, i / faded);
    // what meets there is not alike: their powers add up
    return i < faded ? Math.sqrt(share) * (wave[i] - mean) + Math.sqrt(1 - share) * (wave[length + i] - mean) : wave[i] - mean;
  });
}

/**
 * As many samples a second as wanted, from the ring's own by a windowed sinc, so that nothing is heard that is not in it. For rates above its own.
 * @param {Float64Array} ring @param {number} rate @param {number} wanted samples a second
 * @returns {Float32Array<ArrayBuffer>} once around
 */
export function resampled(ring, rate, wanted) {
  const length = Math.round((ring.length * wanted) / rate);
  const sound = new Float32Array(length);
  for (let j = 0; j < length; j += 1) {
    const at = (j * ring.length) / length;
    const first = Math.floor(at);
    let sum = 0;
    for (let k = 1 - REACH; k <= REACH; k += 1) {
      const x = first + k - at;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
      sum += ring[(first + k + ring.length) % ring.length] * sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / REACH));
    }
    sound[j] = sum;
  }
  return sound;
}
