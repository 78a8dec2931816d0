//! Look: fonts, fills and number formats; one of each.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use super::kind::Kind;

const NAVY: u32 = 0x001F_3864;
const GREY: u32 = 0x0059_5959;
const LINE: u32 = 0x00D9_D9D9;

fn colour(rgb: u32) -> Color {
    Color::RGB(rgb)
}

pub(super) fn title() -> Format {
    Format::new()
        .set_bold()
        .set_font_size(18)
        .set_font_color(colour(NAVY))
}

/// A heading within a sheet.
pub(super) fn heading() -> Format {
    Format::new()
        .set_bold()
        .set_font_size(13)
        .set_font_color(colour(NAVY))
        .set_border_bottom(FormatBorder::Medium)
        .set_border_bottom_color(colour(NAVY))
}

/// The question of a sheet.
pub(super) fn question() -> Format {
    Format::new()
        .set_bold()
        .set_font_size(12)
        .set_font_color(colour(NAVY))
}

pub(super) fn remark() -> Format {
    Format::new()
        .set_italic()
        .set_font_color(colour(GREY))
        .set_align(FormatAlign::Top)
}

pub(super) fn link() -> Format {
    Format::new().set_hyperlink().set_align(FormatAlign::Top)
}

pub(super) fn label() -> Format {
    Format::new()
        .set_font_color(colour(GREY))
        .set_align(FormatAlign::Top)
}

pub(super) fn figure() -> Format {
    Format::new()
        .set_bold()
        .set_font_size(14)
        .set_align(FormatAlign::Left)
        .set_align(FormatAlign::Top)
}

pub(super) fn header(kind: Kind) -> Format {
    let format = Format::new()
        .set_bold()
        .set_font_color(Color::White)
        .set_background_color(colour(NAVY))
        .set_align(FormatAlign::VerticalCenter);
    if kind.is_text() {
        format
    } else {
        // Over its figures.
        format.set_align(FormatAlign::Right)
    }
}

/// A cell of a table. Without a border: a whole column may have this format.
pub(super) fn body(kind: Kind, wraps: bool) -> Format {
    let mut format = Format::new().set_align(FormatAlign::Top);
    if let Some(shown) = kind.number_format() {
        // To the right also where a figure is too long to be a number.
        format = format.set_num_format(shown).set_align(FormatAlign::Right);
    }
    if kind == Kind::Truth {
        format = format.set_align(FormatAlign::Center);
    }
    if wraps {
        format = format.set_text_wrap();
    }
    format
}

/// A cell of a table on the cover, which has no grid but a line under each row.
pub(super) fn entry(kind: Kind, wraps: bool) -> Format {
    body(kind, wraps)
        .set_border_bottom(FormatBorder::Thin)
        .set_border_bottom_color(colour(LINE))
}

/// A cell whose word is a judgement; the word stays, for those who see no colour.
pub(super) fn verdict(word: &str, plain: &Format) -> Option<Format> {
    let (fill, ink) = match word {
        "green" | "good" | "Balanced" => (0x00E2_EFDA, 0x0037_5623),
        "amber" | "watch" | "medium" => (0x00FF_F2CC, 0x007F_6000),
        "red" | "bad" | "high" | "Not balanced" => (0x00FC_E4E4, 0x009C_0006),
        "grey" | "unknown" => (0x00F2_F2F2, GREY),
        _ => return None,
    };
    let format = plain
        .clone()
        .set_background_color(colour(fill))
        .set_font_color(colour(ink));
    Some(format)
}
