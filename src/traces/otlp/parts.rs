//! Counts what a message is made of before it is read: an empty span is two bytes long and takes hundreds in memory.

/// Fields with a length, down to the values of attributes.
pub(super) fn in_protobuf(bytes: &[u8]) -> usize {
    // request → resource → scope → item → attribute: deeper ones take little more than their bytes.
    count(bytes, 5)
}

fn count(bytes: &[u8], depth: usize) -> usize {
    let mut rest = bytes;
    let mut found = 0;
    while let Some((wire, body, after)) = field(rest) {
        found += 1;
        if wire == 2 && depth > 1 {
            found += count(body, depth - 1);
        }
        rest = after;
    }
    found
}

/// The kind of the first field, what is in it, and what comes after; none at the end and where it cannot be read.
fn field(bytes: &[u8]) -> Option<(u64, &[u8], &[u8])> {
    let (key, rest) = varint(bytes)?;
    let wire = key & 7;
    let (length, rest) = match wire {
        0 => (0, varint(rest)?.1),
        1 => (8, rest),
        2 => {
            let (length, rest) = varint(rest)?;
            (usize::try_from(length).ok()?, rest)
        }
        5 => (4, rest),
        _ => return None,
    };
    let (body, after) = rest.split_at_checked(length)?;
    Some((wire, body, after))
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (place, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f).checked_shl(7 * u32::try_from(place).ok()?)?;
        if byte & 0x80 == 0 {
            return Some((value, &bytes[place + 1..]));
        }
    }
    None
}

/// Objects, and whatever else follows a comma; braces and commas in strings are words.
pub(super) fn in_json(bytes: &[u8]) -> usize {
    let mut found = 0;
    let mut in_string = false;
    let mut escaped = false;
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b',' if !in_string => found += 1,
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_small_on_the_wire_and_large_in_memory_is_counted() {
        // One resource with one scope with a hundred empty spans.
        let spans: Vec<u8> = [0x12, 0].repeat(100);
        let scope = [&[0x12, 200, 1][..], &spans].concat();
        let resource = [&[0x0a, 203, 1][..], &scope].concat();
        assert_eq!(in_protobuf(&resource), 102);
        assert_eq!(in_json(br#"{"spans": [{},{},{}], "words": "{,{,{\"{"}"#), 7);
    }

    #[test]
    fn what_is_no_message_has_few_parts() {
        assert_eq!(in_protobuf(&[0xff; 40]), 0);
        assert_eq!(in_protobuf(&[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]), 0);
        assert_eq!(in_json(b"\"{{{{"), 0);
    }
}
