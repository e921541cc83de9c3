"""Train: a form that starts a training process, and one panel that watches it (`ui/static/training/training.js`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import gradio as gr
from gradio.context import LocalContext

from gan_core import runs
from gan_core.config import check_integer, check_name
from gan_core.errors import GanCoreError, RunError
from gan_core.runs import keeping, needs
from ui.components import Listening, island, notice, refused, said
from ui.settings import Settings
from ui.train import access, brought, data, fields, form, scheduler
from ui.words import t

_OFF = (
    "Training is switched off here (a public page on a small machine). Runs that are there already can be watched. "
    "To train, run the project on your own computer, or set `GAN_TRAINING=on`."
)
_WATCH = "Trainings can only be watched here: the server was started so that nobody may control them."
Answer = tuple[object, dict[str, object]]  # of a click: what the panel shows, and what is said
# while which what was said of a run is still true
_BEGINNING = ("queued", "starting")
_WAITING = ("queued",)
# the place of the form for this device, which the panel fills (`ui/static/training/layout.js`)
_DEVICE = '<div class="gan-root gan-training gan-train-device"></div>'
# Gradio's buttons follow the run that the panel shows and what this browser may do (`ui/static/runs/access.js`).
_BUTTONS = """async (value) => {
  const {control} = await globalThis.ganAccess?.access() ?? {control: true};
  const may = control || globalThis.ganAccess.isMine(value?.run ?? "");
  const state = value?.state ?? "";
  const active = ["queued", "starting", "running", "paused"].includes(state);
  const button = (interactive) => ({__type__: "update", interactive});
  const kept = control && !["", "starting", "queued", "recorded", "gone"].includes(state);
  return [button(may && active), button(may && ["stopped", "interrupted", "failed"].includes(state)), button(kept)];
}"""
_MAY_START = """async () => {
  const may = await globalThis.ganAccess?.access() ?? {start: true, why: ""};
  const text = may.start && may.visitors && may.why ? globalThis.ganAccess.limits(may.visitors) : globalThis.ganAccess?.say(may.why) ?? "";
  const told = {__type__: "update", visible: text !== "", value: {text, kind: "note"}};
  return [{__type__: "update", interactive: may.start}, told];
}"""
_FORM = f"(...values) => Array(2).fill({{form: Object.fromEntries({json.dumps(form.FIELDS)}.map((name, i) => [name, values[i]]))}})"
# What was brought to the page is a data set like the others, under the name of its file.
_CHOOSE_OWN = "(value) => ({__type__: 'update', choices: [...CHOICES, [value.name, value.train]], value: value.train})"
# The key goes along with the click: it is not in the page and not in its address.
_KEYED = "(key, ...rest) => [globalThis.ganAccess?.key() ?? '', ...rest]"


def build(settings: Settings) -> None:
    """Add the tab's contents to the Blocks being built."""
    controlled = settings.training and settings.control != "nobody"
    with gr.Row():
        if controlled:
            with gr.Column(scale=1, min_width=280, elem_classes="gan-train-form"):
                gr.HTML(f'<h2 class="gan-form-title">{t("Start your own")}</h2>', js_on_load=None, apply_default_css=False)
                if not needs.can_train():
                    gr.Markdown(t(needs.MISSING_TRAINING), padding=True)
                controls = fields.build()
                own = island("training/owndata", min_height=40)
                start = gr.Button(t("Start"), variant="primary", elem_id="train-start", interactive=settings.control == "anyone")
                may = notice(visible=False)
                with gr.Row():
                    stop = gr.Button(t("Stop"), interactive=False, min_width=80)
                    resume = gr.Button(t("Resume"), interactive=False, min_width=80)
                message = notice()
                estimate = island("training/estimate", min_height=36)
                gr.HTML(_DEVICE, js_on_load=None, apply_default_css=False)
                name = gr.Textbox(label=t("Name of the checkpoint"), placeholder="my-first-gan", max_length=64, max_lines=1)
                keep = gr.Button(t("Keep as checkpoint"), interactive=False)
                key = gr.Textbox(visible=False)
        with gr.Column(scale=3, min_width=280):
            if not controlled:
                gr.Markdown(t(_WATCH if settings.training else _OFF), padding=True)
            panel = island("training/training", min_height=640, value={"controls": controlled})
    if not controlled:
        return

    quiet: Listening = {"show_progress": "hidden", "api_visibility": "private"}
    control: Listening = {**quiet, "concurrency_limit": 1, "concurrency_id": "training"}
    start.click(_starter(settings), [key, *controls], [panel, message], js=_KEYED, **control)
    stop.click(_stopper(settings), [key, panel], [panel, message], js=_KEYED, **control)
    resume.click(_resumer(settings), [key, panel], [panel, message], js=_KEYED, **control)
    keep.click(_keeper(settings), [key, panel, name], [panel, message], js=_KEYED, **control)
    gr.on(None, None, None, [start, may], js=_MAY_START, **quiet)  # when the page loads
    shown = [estimate, own]
    gr.on(None, None, controls, shown, js=_FORM, **quiet)
    gr.on([each.change for each in controls], None, controls, shown, js=_FORM, trigger_mode="always_last", **quiet)
    chosen = own.state(
        None,
        [own],
        [controls[form.FIELDS.index("dataset")]],
        js=_CHOOSE_OWN.replace("CHOICES", json.dumps(data.dataset_choices())),
        **quiet,
    )
    chosen.then(_starter(settings), [key, *controls], [panel, message], js=_KEYED, **control)
    panel.state(None, [panel], [stop, resume, keep], js=_BUTTONS, **quiet)


def _starter(settings: Settings) -> Callable[..., Answer]:
    def start(key: str, *values: object) -> Answer:
        """Check the form, whose values come in the order of `form.FIELDS`, and start a training process for it."""
        try:
            entries = form.check_fields(dict(zip(form.FIELDS, values, strict=True)))
            who = _key(settings, key)
            own_data = access.may_name_paths(settings, who, _request())
            access.check_start(settings, who)
            model, train = form.configs(entries, own_data, find=partial(brought.find, settings, who))
            run, place = scheduler.start(settings, model, train, who)
        except (GanCoreError, OSError) as error:
            return gr.skip(), refused(str(error))
        text = f"Started {run.id}." if place == 0 else f"{run.id} waits: {scheduler.in_words(place)}."
        return {"run": run.id}, said(text, models=True, mine=run.id, run=run.id, during=_BEGINNING if place == 0 else _WAITING)

    return start


def _request() -> access.Asks | None:
    """The request of the event that is handled now; None where the call comes from this process."""
    return LocalContext.request.get(None)


def _key(settings: Settings, key: object) -> object:
    return access.key_of(settings, _request(), key)


def _chosen(settings: Settings, key: object, panel: object) -> runs.Run:
    """The run that the panel shows, for who may control it; its value comes from a browser, so it may be anything.

    Raises: Forbidden, whether there is such a run or not; GanCoreError.
    """
    if not isinstance(panel, dict) or not panel.get("run"):
        raise RunError("No run is chosen; expected one of the list above the pictures. Start one first.")
    try:
        run = runs.find(settings.runs, panel["run"])
    except GanCoreError:
        access.check(settings, key)
        raise
    access.check(settings, key, run.owner())
    return run


def _stopper(settings: Settings) -> Callable[..., Answer]:
    def stop(key: str, panel: object) -> Answer:
        """Ask the training process of the shown run to stop after the steps it is at, or take the run out of the line."""
        try:
            run = _chosen(settings, _key(settings, key), panel)
            waited = scheduler.stop(settings, run)
        except (GanCoreError, OSError) as error:
            return gr.skip(), refused(str(error))
        if waited:
            return {"run": run.id}, said(f"{run.id} is out of the line.")
        return {"run": run.id}, said("Stopping: the run saves where it stands.", run=run.id, during=runs.ACTIVE)

    return stop


def _resumer(settings: Settings) -> Callable[..., Answer]:
    def resume(key: str, panel: object) -> Answer:
        """Go on with the shown run in a new process, when it is its turn."""
        try:
            run = _chosen(settings, _key(settings, key), panel)
            place = scheduler.resume(settings, run, _key(settings, key))
        except (GanCoreError, OSError) as error:
            return gr.skip(), refused(str(error))
        if place:
            return {"run": run.id}, said(f"{run.id} waits: {scheduler.in_words(place)}.", run=run.id, during=_WAITING)
        return {"run": run.id}, said(f"Going on with {run.id}.", run=run.id, during=(*_BEGINNING, "stopped", "interrupted", "failed"))

    return resume


def _keeper(settings: Settings) -> Callable[..., Answer]:
    def keep(key: str, panel: object, name: str) -> Answer:
        """Make a checkpoint of the moment that the panel shows."""
        try:
            access.check(settings, _key(settings, key))
            run = _chosen(settings, _key(settings, key), panel)
            step = panel.get("step") if isinstance(panel, dict) else None
            if step is not None:
                step = check_integer("the step to keep", step, 0, 10_000_000)
            folder = settings.checkpoints / check_name(name.strip() if isinstance(name, str) else name, "the checkpoint's name")
            kept = keeping.keep(run, folder, step)
        except (GanCoreError, OSError) as error:
            return gr.skip(), refused(str(error))
        moment = "" if step is None else f", as it was at step {step:,}"
        return {"run": run.id}, said(f"Kept as {kept.folder.name}{moment}. It is in the list of Explore now.", models=True)

    return keep
