//! Bytes to text, strictly: a byte that the declared encoding does not have is
//! said, never replaced.

use super::Unreadable;

const BOM: char = '\u{feff}';

/// Decodes `bytes` as `label`; a byte-order mark wins over the label.
pub(super) fn decode(bytes: Vec<u8>, label: &str) -> Result<String, Unreadable> {
    let declared = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    let encoding = encoding_rs::Encoding::for_bom(&bytes).map_or(declared, |(found, _)| found);
    let mut text = if encoding == encoding_rs::UTF_8 {
        String::from_utf8(bytes)
            .map_err(|e| not_utf8(e.as_bytes(), e.utf8_error().valid_up_to()))?
    } else {
        encoding
            .decode_without_bom_handling_and_without_replacement(&bytes)
            .ok_or_else(|| {
                Unreadable::new(
                    0,
                    format!("the bytes are not {}", encoding.name()),
                    "set `encoding` to what the exporting program writes",
                )
            })?
            .into_owned()
    };
    if text.starts_with(BOM) {
        text.drain(..BOM.len_utf8());
    }
    Ok(text)
}

fn not_utf8(bytes: &[u8], offset: usize) -> Unreadable {
    let before = String::from_utf8_lossy(&bytes[..offset]);
    let line = before.matches('\n').count() as u64 + 1;
    Unreadable::new(
        line,
        format!(
            "byte {offset} is 0x{:02x}, which is not UTF-8 there",
            bytes[offset]
        ),
        "set `encoding = \"windows-1252\"` in this source if it is a Western European export",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stray_byte_names_its_line_and_offset() {
        let said = decode(b"a\nb\xa3\n".to_vec(), "utf-8").unwrap_err();
        assert_eq!((said.line, said.why.contains("byte 3 is 0xa3")), (2, true));
    }

    #[test]
    fn a_byte_order_mark_is_dropped_and_wins() {
        assert_eq!(
            decode(b"\xef\xbb\xbfid".to_vec(), "windows-1252").unwrap(),
            "id"
        );
        assert_eq!(decode(b"\xff\xfei\0d\0".to_vec(), "utf-8").unwrap(), "id");
    }

    #[test]
    fn windows_1252_is_read_as_declared() {
        assert_eq!(
            decode(b"caf\xe9 \x80".to_vec(), "windows-1252").unwrap(),
            "café €"
        );
    }
}
