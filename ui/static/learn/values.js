/** Settings of cards: what they are, and which values of a link they take. */

/**
 * @typedef {{label: string, value: number, min: number, max: number, step: number, decimals?: number, unit?: string}} NumberSetting
 * @typedef {{label: string, value: string, choices: Record<string, string>}} ChoiceSetting `choices`: what each value is called
 * @typedef {NumberSetting|ChoiceSetting} Setting
 */

/**
 * @param {Setting} setting
 * @param {string|undefined} text as a link has it
 * @returns {number|string|null} the value, null where it is none of that setting
 */
export function accepted(setting, text) {
  if (text === undefined || text === "") return null;
  if (!("min" in setting)) return Object.hasOwn(setting.choices, text) ? text : null;
  const { min, max, step } = setting;
  const value = Number(text);
  if (!Number.isFinite(value) || value < min || value > max) return null;
  return Number(Math.min(max, min + Math.round((value - min) / step) * step).toPrecision(12));
}
