/**
 * The side of Gradio that a part of the page is mounted on (`ui/components.py`): its value, told when it changes, and events that it may trigger.
 * The static build has none. A type only.
 *
 * @template T
 * @typedef {{props?: {value?: T|null}, watch?: (name: "value", listener: () => void) => void, trigger?: (event: "state") => void}} Host
 */

export {};
