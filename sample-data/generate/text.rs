//! Text: fields, lines and the one legacy encoding.

/// Joins fields, quoting those that hold the delimiter.
pub(crate) fn line(fields: &[&str], delimiter: char) -> String {
    let quoted: Vec<String> = fields
        .iter()
        .map(|field| {
            if field.contains(delimiter) {
                format!("\"{field}\"")
            } else {
                (*field).to_owned()
            }
        })
        .collect();
    quoted.join(&delimiter.to_string())
}

/// Header and rows as one text, comma between fields.
pub(crate) fn csv(header: &str, rows: impl IntoIterator<Item = String>) -> String {
    let mut text = format!("{header}\n");
    for row in rows {
        text.push_str(&row);
        text.push('\n');
    }
    text
}

/// Thousandths without needless zeros: 1500 is "1.5".
pub(crate) fn decimal(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    let size = thousandths.unsigned_abs();
    let digits = format!("{sign}{}.{:03}", size / 1000, size % 1000);
    digits
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

/// Windows-1252, for the characters the vendor names use.
pub(crate) fn windows_1252(text: &str) -> Vec<u8> {
    text.chars()
        .map(|character| match character {
            '€' => 0x80,
            'Œ' => 0x8c,
            '’' => 0x92,
            '–' => 0x96,
            'š' => 0x9a,
            other => u8::try_from(u32::from(other)).unwrap_or(b'?'),
        })
        .collect()
}
