"""The controls of the Train tab's form, made from the settings: one that says `form=True` is there."""

from __future__ import annotations

import contextlib
from typing import TypedDict

import gradio as gr

from gan_core import families
from gan_core.settings import Setting, Value
from ui.components import Listening
from ui.train import data, form
from ui.words import Words, called, t

_QUIET: Listening = {"queue": False, "show_progress": "hidden", "api_visibility": "private", "trigger_mode": "always_last"}
Control = gr.Dropdown | gr.Number | gr.Radio | gr.Checkbox | gr.Textbox
Choice = str | int | float | tuple[Words, str | int | float]
IN_A_ROW = 2
NARROW = 8  # characters of a choice that can be read in half a row


class _Shared(TypedDict):
    label: Words
    info: Words | None
    visible: bool
    min_width: int


def build() -> list[Control]:
    """The controls in the order of `form.FIELDS`, in the Blocks being built; choosing a family or a preset fills the others."""
    family = families.names()[0]
    values = form.preset_values(family, form.first_preset(family))
    made = _asked(family, values)
    with gr.Accordion(t("More settings"), open=False):
        for row in rows(form.SETTINGS):
            with gr.Row() if len(row) > 1 else contextlib.nullcontext():  # a row whose only control is hidden would leave a gap
                for name in row:
                    made[name] = control(form.SETTINGS[name], values[name], form.shows(family, name))
    filled = [made[name] for name in form.FILLED]
    made["family"].input(_fill_family, [made["family"], made["dataset"]], [made["preset"], made["dataset"], *filled], **_QUIET)
    made["preset"].input(fill, [made["family"], made["preset"]], filled, **_QUIET)
    return [made[name] for name in form.FIELDS]


def _asked(family: str, values: dict[str, Value]) -> dict[str, Control]:
    with gr.Group():
        titles = [(families.get(name).title, name) for name in families.names()]
        made: dict[str, Control] = {
            "family": gr.Dropdown(titles, value=family, label=t("Family"), filterable=False),
            "preset": gr.Dropdown(
                _presets(family), value=form.first_preset(family), label=t("Preset"), info=t("fills in everything below"), filterable=False
            ),
            "dataset": gr.Dropdown(
                data.dataset_choices(), value=data.default_dataset(), label=t("Data set"), allow_custom_value=True,
                info=t("or the path of your own folder of pictures or .npz"),
            ),
        }  # fmt: skip
        with gr.Row():
            made["amount"] = gr.Number(number(values["amount"]), label=t("How long"), minimum=0, min_width=100)
            units: list[Choice] = [(t(name), name) for name in form.UNITS]
            made["unit"] = gr.Radio(units, value=str(values["unit"]), label=t("counted in"), min_width=140)
    return made


def rows(settings: dict[str, Setting]) -> list[list[str]]:
    """Their names by rows, in order: two beside each other where both are short."""
    made: list[list[str]] = []
    for name, setting in settings.items():
        if made and len(made[-1]) < IN_A_ROW and not _is_wide(setting) and not _is_wide(settings[made[-1][0]]):
            made[-1].append(name)
        else:
            made.append([name])
    return made


def _is_wide(setting: Setting) -> bool:
    return bool(setting.hint) or (setting.kind is str and max(map(len, setting.choices), default=NARROW + 1) > NARROW)


def control(setting: Setting, value: Value, visible: bool = True) -> Control:
    """The control of one setting."""
    shared: _Shared = {"label": t(setting.label), "info": t(setting.hint) if setting.hint else None, "visible": visible, "min_width": 120}
    if setting.kind is bool:
        return gr.Checkbox(bool(value), **shared)
    if setting.choices:
        choices: list[Choice] = [(called(name), name) for name in setting.choices]
        return gr.Dropdown(choices, value=str(value), filterable=False, **shared)
    if setting.kind is str:
        return gr.Textbox(str(value), max_lines=1, **shared)
    return gr.Number(number(value), precision=0 if setting.kind is int else None, step=setting.by or 1, **shared)


def number(value: Value) -> float:
    """The value of a control that takes numbers."""
    if isinstance(value, str):
        raise TypeError(f"a number is {value!r}; expected an int or a float.")
    return value


def _presets(family: str) -> list[tuple[str, str]]:
    return [(preset.title, name) for name, preset in families.get(family).presets.items()]


def _fill_family(family: str, dataset: object) -> list[dict[str, object]]:
    preset = form.first_preset(family)
    fits = gr.update(value=form.dataset_for(family, dataset))
    return [gr.update(choices=_presets(family), value=preset), fits, *fill(family, preset)]


def fill(family: str, preset: str) -> list[dict[str, object]]:
    """What choosing a preset does to the controls of `form.FILLED`; those that the family has not are hidden."""
    return [gr.update(value=value, visible=form.shows(family, name)) for name, value in form.preset_values(family, preset).items()]
