/**
 * The side of Gradio that a part of the page is mounted on (`ui/components.py`): its value, told when it changes, and events that it may trigger.
 * The static build has none. Types only.
 *
 * @template T
 * @typedef {{props?: {value?: T|null}, watch?: (name: "value", listener: () => void) => void, trigger?: (event: "state") => void}} Host
 */

/**
 * What an island's module exports as `mount` (`shell/islands.js`): it draws into an element, and whoever has mounted it may end it. Then
 * nothing of it listens, draws, asks or works any more, and the element is empty.
 * @typedef {(root: HTMLElement, host?: Host<any>) => Promise<{destroy: () => void}>} Mount
 */

export {};
