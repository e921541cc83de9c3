/** The Interpolate tab: a walk through key points, played in the browser. */

import { t } from "../i18n/i18n.js";
import { follows, h, notes, together, uid, useStyle } from "../kit/dom.js";
import { slider } from "../kit/slider.js";
import * as chooser from "../parts/chooser.js";
import * as digit from "../parts/digit.js";
import { columnHead, discriminatorHead, generatorHead, STAGE } from "../parts/heads.js";
import { undoOn } from "../share/keys.js";
import * as share from "../share/share.js";
import { held } from "../state/held.js";
import { pathHistory, pathOf, STEPS } from "../state/paths.js";
import { view } from "../state/view.js";
import * as exports from "./exports.js";
import * as keypoints from "./keypoints.js";
import { pathGrip } from "./pathgrip.js";
import * as strip from "./strip.js";

/** @type {import("../kit/host.js").Mount} resolves when the models are listed */
export async function mount(element) {
  await Promise.all([useStyle(), useStyle(STAGE), useStyle(new URL("interpolate.css", import.meta.url))]);
  const [note, exportNote] = [notes(), notes()];
  /** @param {string} name @param {string} label */
  const part = (name, label) => h("section", { class: `gan-part gan-at-${name}`, "aria-label": label });
  const parts = {
    chooser: part("chooser", t("Model")), digit: part("digit", t("Picture on the path")), opinion: part("opinion", t("Opinions")), keys: part("keys", t("Key points")),
    walk: part("walk", t("Path")), exports: part("exports", t("Download")),
  };
  const heads = {
    z: columnHead({
      letter: "z", name: t("walks"),
      words: t("Every key point is a z. Between two of them z goes step by step, on the sphere where random numbers lie or straight through, and G draws every step."),
    }),
    G: generatorHead(parts.chooser), D: discriminatorHead(),
  };
  /** @param {string} name @param {...import("../kit/dom.js").Child} children */
  const column = (name, ...children) => h("div", { class: `gan-column gan-of-${name}` }, ...children);
  element.replaceChildren(h("div", { class: "gan-root" }, h("div", { class: "gan-interpolate-page" }, h("div", { class: "gan-stage" },
    column("z", heads.z.element, heads.z.explained, parts.keys), column("picture", heads.G.element, heads.G.explained, parts.digit),
    column("d", heads.D.element, heads.D.explained, parts.opinion), column("walk", parts.walk)), h("div", { class: "gan-rest" }, parts.exports))));
  const unshare = share.start();
  /** @type {Set<() => void>} */
  const listeners = new Set();
  /** @type {import("../state/held.js").Source} */
  const source = {
    pose() {
      const path = pathOf(view.state.model);
      const { model, ready } = held;
      if (!ready || !model || !path.ready || path.keys[0].z.length !== model.latentDim) return null;
      const { z, classWeights } = path.at(path.position);
      return held.poseOf(model, z, classWeights);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const picture = digit.mount(parts.digit, view, source, { grip: pathGrip(view, source), opinion: parts.opinion, pace: heads.G.live });
  const components = [keypoints.mount(parts.keys, view, held, note.say), controls(parts.walk, parts.keys, note.say), strip.mount(parts.walk, view, held, note.say), exports.mount(parts.exports, view, held, exportNote.say)];
  parts.walk.append(note.element);
  parts.exports.append(exportNote.element);

  let unfollow = () => {};
  /** @type {import("../state/paths.js").Path|null} */
  let following = null;
  const update = () => {
    const path = pathOf(view.state.model);
    if (path !== following) {
      unfollow();
      following = path;
      unfollow = path.subscribe(update);
    }
    heads.z.show(t("{count} key points", { count: path.keys.length }));
    if (held.ready && held.model && !path.ready) keypoints.begin(path, held, held.model, view.state.seed);
    for (const listener of [...listeners]) listener();
  };
  const unfollowed = follows(source, () => components.forEach((component) => component.update()));
  const choice = chooser.mount(parts.chooser, view, held);
  const ends = [held.subscribe(update), () => unfollow(), unfollowed, undoOn("interpolate", pathHistory), unshare, ...[picture, choice, ...components].map((part) => part.destroy)];
  await choice.listed;
  update();
  return { destroy: together(...ends, () => element.replaceChildren()) };
}

/** @param {HTMLElement} walk @param {HTMLElement} way how it goes @param {(text: string, kind: "info"|"error") => void} say @returns {import("../kit/dom.js").Component} */
function controls(walk, way, say) {
  const path = () => pathOf(view.state.model);
  const name = uid("way");
  /** @param {string} text @param {boolean} spherical */
  const joined = (text, spherical) => {
    const input = h("input", { type: "radio", name, onChange: () => path().commit({ spherical }) });
    return { input, spherical, element: h("label", { class: "gan-check" }, input, text) };
  };
  const ways = [joined(t("Spherical"), true), joined(t("Linear"), false)];
  const closed = h("input", { type: "checkbox", onChange: () => void path().commit({ closed: closed.checked }) });
  const steps = slider({ label: t("Steps"), ...STEPS, step: 1, decimals: 0, say, onInput: (value) => path().set({ steps: Math.round(value) }), onCommit: () => path().commit() });
  const speed = slider({
    label: t("Speed"), min: 1, max: 60, step: 1, decimals: 0, unit: t("frames/s"), say, onInput: (value) => path().set({ framesPerSecond: Math.round(value) }),
  });
  const along = slider({ label: t("Along the path"), min: 0, max: 1, step: 0.001, decimals: 3, say, onInput: (value) => path().set({ position: value }) });
  const play = playButton(path);
  walk.append(h("div", { class: "gan-play-row" }, play.element, along.element));
  way.append(
    h("div", { class: "gan-path-options" },
      h("div", { class: "gan-ways", role: "radiogroup", "aria-label": t("How key points are joined") }, ways.map((one) => one.element)),
      h("label", { class: "gan-check" }, closed, t("Closed loop"))),
    h("div", { class: "gan-two" }, steps.element, speed.element),
  );
  const update = () => {
    const { spherical, position, framesPerSecond, ready } = path();
    for (const one of ways) one.input.checked = one.spherical === spherical;
    closed.checked = path().closed;
    steps.set(path().steps);
    speed.set(framesPerSecond);
    along.set(position, t("frame {number} of {count}", { number: path().frame + 1, count: path().steps }));
    along.enable(ready);
  };
  return { update, destroy: play.destroy };
}

/** Plays by time, not by frames, so that a slow machine drops pictures and keeps the speed. An open path goes there and back. @param {() => import("../state/paths.js").Path} path */
function playButton(path) {
  const element = h("button", { type: "button", class: "gan-button gan-play", "aria-pressed": "false", "aria-keyshortcuts": "p" }, t("Play"));
  let [running, last, direction] = [0, 0, 1];
  const stop = () => {
    cancelAnimationFrame(running);
    running = 0;
    element.textContent = t("Play");
    element.setAttribute("aria-pressed", "false");
  };
  /** @param {number} now */
  const frame = (now) => {
    const { ready, steps, framesPerSecond, closed, position } = path();
    if (!ready || !element.offsetWidth) return stop();
    // after a pause of the page the walk goes on where it was
    const moved = (Math.min(100, now - last) / 1000) * (framesPerSecond / steps);
    last = now;
    let next = position + (closed ? 1 : direction) * moved;
    if (closed) next %= 1;
    else if (next >= 1 || next <= 0) [next, direction] = [Math.min(1, Math.max(0, next)), next >= 1 ? -1 : 1];
    path().set({ position: next });
    running = requestAnimationFrame(frame);
    return undefined;
  };
  element.addEventListener("click", () => {
    if (running) return stop();
    element.textContent = t("Pause");
    element.setAttribute("aria-pressed", "true");
    last = performance.now();
    direction = path().position >= 1 ? -1 : 1;
    running = requestAnimationFrame(frame);
    return undefined;
  });
  return { element, destroy: stop };
}
