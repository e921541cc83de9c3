/** The loss by which a discriminator's class scores also name real pictures; the same as gan_core/training/parts/naming.py. */

/**
 * Cross-entropy of the digits that the scores name.
 * @param {Float32Array} raw what D's last layer was given, [b, width]; the scores are the last `classes` of a row
 * @param {Int32Array} ids class ids [b]
 * @param {number} width @param {number} classes
 * @param {number} total samples in all: the loss and its slopes are this part's of the mean over them
 * @returns {{loss: number, slopes: Float32Array}} slopes by `raw`, [b, width]
 */
export function named(raw, ids, width, classes, total) {
  const slopes = new Float32Array(ids.length * width);
  let loss = 0;
  for (let i = 0; i < ids.length; i += 1) {
    const at = i * width + width - classes;
    let top = -Infinity;
    for (let c = 0; c < classes; c += 1) top = Math.max(top, raw[at + c]);
    let sum = 0;
    for (let c = 0; c < classes; c += 1) sum += slopes[at + c] = Math.exp(raw[at + c] - top);
    loss += (top + Math.log(sum) - raw[at + ids[i]]) / total;
    for (let c = 0; c < classes; c += 1) slopes[at + c] = (slopes[at + c] / sum - Number(c === ids[i])) / total;
  }
  return { loss, slopes };
}
