"""Two custom components: a part of the page drawn by a module of our own, and a line that tells what happened.

They are functions that make a gr.HTML, not subclasses of it: Gradio writes a .pyi file beside the source of every subclass it meets.
"""

from __future__ import annotations

from typing import Literal, TypedDict

import gradio as gr

# Gradio compares and re-renders props, so a template never changes and nothing heavy goes through them (DESIGN.md section 6).
_MOUNT = """
(async () => {
  const root = element.querySelector('.gan-island');
  const page = new URL(window.gradio_config?.root ?? '.', document.baseURI);
  page.protocol = location.protocol;
  const url = new URL('gan/static/shell/islands.js', page.href.endsWith('/') ? page.href : page.href + '/');
  try {
    const {mount} = await import(url.href);
    await mount(root, {props, watch, trigger});
  } catch (error) {
    console.error(error);
    root.dataset.state = 'failed';
    const note = document.createElement('p');
    note.setAttribute('role', 'alert');
    note.textContent = `This part of the page could not start (${error.message}). Reload the page; if it stays, look at the server's log.`;
    root.replaceChildren(note);
  }
})();
// Events a module may trigger, named here because Gradio looks for them in this text: 'state'
"""

_NOTICE = """
const line = element.querySelector('.gan-notice');
const show = () => {
  line.textContent = props.value?.text ?? '';
  line.dataset.kind = props.value?.kind ?? '';
  if (props.value?.models) window.dispatchEvent(new Event('gan-models-changed'));
  if (props.value?.mine) globalThis.ganAccess?.remember(props.value.mine);
};
watch('value', show);
show(); // it may have been told before it was drawn
// what is true only while a run waits, starts or stops is not said any longer
const over = ({detail}) => {
  if (!element.isConnected) return window.removeEventListener('gan-run-state', over);
  const {run, during} = props.value ?? {};
  if (run && run === detail.id && !during.includes(detail.state)) line.textContent = '';
};
window.addEventListener('gan-run-state', over);
"""


class Listening(TypedDict, total=False):
    """How a part of the page listens, for Gradio."""

    queue: bool
    show_progress: Literal["hidden"]
    api_visibility: Literal["private"]
    trigger_mode: Literal["always_last"]
    concurrency_limit: int
    concurrency_id: str


def island(module: str, *, min_height: int, value: dict[str, object] | None = None) -> gr.HTML:
    """A part of the page drawn by `ui/static/<module>.js`, whose `mount(element, {props, watch, trigger})` runs when it is first shown.

    `ui/static/shell/islands.js` lists the modules.

    `module` is a path such as `training/training`; class and id are made of its last part, here `gan-training`.
    Its value is a small JSON object that the module commits to, never per frame; it comes from a browser, so whoever reads it checks it.
    """
    name = f"gan-{module.rpartition('/')[2]}"
    template = (
        f'<div class="gan-island {name}" data-module="{module}.js" style="min-height:{min_height}px">'
        '<p class="gan-loading">Loading ...</p></div>'
    )
    return gr.HTML(value, html_template=template, js_on_load=_MOUNT, elem_id=name, apply_default_css=False)


def notice(visible: bool = True) -> gr.HTML:
    """One line that says what a button did, or why it did not. Its value is made by `said` or `refused`."""
    template = '<p class="gan-notice" role="status" aria-live="polite"></p>'
    return gr.HTML(html_template=template, js_on_load=_NOTICE, apply_default_css=False, visible=visible)


def said(text: str, *, models: bool = False, mine: str = "", run: str = "", during: tuple[str, ...] = ()) -> dict[str, object]:
    """The value of a notice after success.

    Args:
        models: the list of models has changed.
        mine: a run that this page has started.
        run, during: it is said only while that run is in one of these states.
    """
    return {"text": text, "kind": "ok", "models": models, "mine": mine, "run": run, "during": during}


def refused(text: str) -> dict[str, object]:
    """The value of a notice after a mistake."""
    return {"text": text, "kind": "error", "models": False}
