"""Gradio's own widgets in the page's tokens (`ui/static/kit/tokens.css`), so that nobody can tell which are whose."""

from __future__ import annotations

import inspect

import gradio as gr

# The visitor's own font: nothing to load, and large letters of it read well from the last row.
FONT = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]

_NONE = "none"
_CLEAR = "transparent"
# A token has its light and its dark value itself, so each stands for both.
_VALUES = {
    "body_background_fill": "var(--gan-paper)",
    "body_text_color": "var(--gan-ink)",
    "body_text_color_subdued": "var(--gan-muted)",
    "background_fill_primary": "var(--gan-paper)",
    "background_fill_secondary": "var(--gan-fill)",
    "border_color_primary": "var(--gan-line)",
    "border_color_accent": "var(--gan-ink)",
    "border_color_accent_subdued": "var(--gan-line)",
    "color_accent": "var(--gan-ink)",
    "color_accent_soft": "var(--gan-shade)",
    "link_text_color": "var(--gan-link)",
    "link_text_color_active": "var(--gan-link)",
    "link_text_color_hover": "var(--gan-link)",
    "link_text_color_visited": "var(--gan-link)",
    "accordion_text_color": "var(--gan-ink)",
    # parts have no frame where space separates them
    "block_background_fill": _CLEAR,
    "block_border_width": "0px",
    "block_border_color": _CLEAR,
    "block_shadow": _NONE,
    "block_radius": "var(--gan-radius)",
    "block_padding": "0",
    "block_info_text_color": "var(--gan-muted)",
    "block_info_text_size": "var(--gan-text-small)",
    "block_label_background_fill": _CLEAR,
    "block_label_border_width": "0px",
    "block_label_shadow": _NONE,
    "block_label_text_color": "var(--gan-ink)",
    "block_label_text_size": "var(--gan-text)",
    "block_label_padding": "0",
    "block_title_background_fill": _CLEAR,
    "block_title_border_width": "0px",
    "block_title_padding": "0",
    "block_title_text_color": "var(--gan-ink)",
    "block_title_text_size": "var(--gan-text)",
    "block_title_text_weight": "400",
    "panel_background_fill": _CLEAR,
    "panel_border_width": "0px",
    "section_header_text_size": "var(--gan-text)",
    "input_background_fill": "var(--gan-field)",
    "input_background_fill_focus": "var(--gan-field)",
    "input_background_fill_hover": "var(--gan-field)",
    "input_border_color": "var(--gan-edge)",
    "input_border_color_focus": "var(--gan-ink)",
    "input_border_color_hover": "var(--gan-ink)",
    "input_border_width": "1px",
    "input_radius": "var(--gan-radius-control)",
    "input_shadow": _NONE,
    "input_shadow_focus": "0 0 0 2px var(--gan-ink)",
    "input_placeholder_color": "var(--gan-muted)",
    "input_text_size": "var(--gan-text)",
    "checkbox_background_color": "var(--gan-field)",
    "checkbox_background_color_hover": "var(--gan-field)",
    "checkbox_background_color_focus": "var(--gan-field)",
    "checkbox_background_color_selected": "var(--gan-ink)",
    "checkbox_border_color": "var(--gan-edge)",
    "checkbox_border_color_hover": "var(--gan-ink)",
    "checkbox_border_color_focus": "var(--gan-ink)",
    "checkbox_border_color_selected": "var(--gan-ink)",
    "checkbox_border_radius": "var(--gan-radius-small)",
    "checkbox_label_background_fill": _CLEAR,
    "checkbox_label_background_fill_hover": _CLEAR,
    "checkbox_label_background_fill_selected": _CLEAR,
    "checkbox_label_border_width": "0px",
    "checkbox_label_padding": "0",
    "checkbox_label_shadow": _NONE,
    "checkbox_label_text_color": "var(--gan-ink)",
    "checkbox_label_text_color_selected": "var(--gan-ink)",
    "checkbox_label_text_size": "var(--gan-text)",
    "slider_color": "var(--gan-ink)",
    "button_border_width": "1px",
    "button_large_padding": "var(--gan-2) var(--gan-4)",
    "button_large_radius": "var(--gan-radius-control)",
    "button_large_text_size": "var(--gan-text)",
    "button_large_text_weight": "600",
    "button_medium_radius": "var(--gan-radius-control)",
    "button_small_radius": "var(--gan-radius-control)",
    "button_transform_hover": _NONE,
    "button_transform_active": _NONE,
    "button_primary_background_fill": "var(--gan-ink)",
    "button_primary_background_fill_hover": "var(--gan-ink)",
    "button_primary_border_color": "var(--gan-ink)",
    "button_primary_border_color_hover": "var(--gan-ink)",
    "button_primary_text_color": "var(--gan-on-ink)",
    "button_primary_text_color_hover": "var(--gan-on-ink)",
    "button_primary_shadow": _NONE,
    "button_primary_shadow_hover": _NONE,
    "button_secondary_background_fill": "var(--gan-field)",
    "button_secondary_background_fill_hover": "var(--gan-shade)",
    "button_secondary_border_color": "var(--gan-edge)",
    "button_secondary_border_color_hover": "var(--gan-ink)",
    "button_secondary_text_color": "var(--gan-ink)",
    "button_secondary_text_color_hover": "var(--gan-ink)",
    "button_secondary_shadow": _NONE,
    "button_secondary_shadow_hover": _NONE,
    "error_text_color": "var(--gan-bad)",
    "error_border_color": "var(--gan-bad)",
    "error_background_fill": "var(--gan-panel)",
    "error_icon_color": "var(--gan-bad)",
    "loader_color": "var(--gan-ink)",
}


def theme() -> gr.themes.Base:
    """Gradio's default theme with every colour, size and corner of ours."""
    made = gr.themes.Default(font=FONT, spacing_size="sm", radius_size="md")
    known = inspect.signature(made.set).parameters
    both = {f"{name}_dark": value for name, value in _VALUES.items() if f"{name}_dark" in known}
    return made.set(**_VALUES, **both)
