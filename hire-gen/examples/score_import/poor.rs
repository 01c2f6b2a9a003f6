//! Pages with poorer examples.

/// A page without its code blocks.
pub(crate) fn without_examples(text: &str) -> String {
    let text: String = text.split("```").step_by(2).collect();
    let mut parts = text.split("<md-code-json>");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |page, part| page + part.split_once("</md-code-json>").map_or("", |(_, after)| after))
}

/// A page with some keys removed from its examples, given in percent; always the same ones.
pub(crate) fn without_keys(text: &str, share: u64) -> String {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut drop = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % 100 < share
    };
    let blocks = text
        .split("```")
        .enumerate()
        .map(|(at, block)| if at % 2 == 0 { block.to_owned() } else { thin(block, &mut drop) });
    blocks.collect::<Vec<_>>().join("```")
}

/// Removes keys with their values, line by line, so that the others keep their order.
fn thin(example: &str, drop: &mut impl FnMut() -> bool) -> String {
    let mut kept = String::new();
    let mut open = 0_i64;
    for line in example.split_inclusive('\n') {
        let opens = line.matches(['{', '[']).count() as i64 - line.matches(['}', ']']).count() as i64;
        let key = line.trim_start();
        let of_envelope = ["\"code\"", "\"msg\"", "\"data\""].iter().any(|name| key.starts_with(name));
        if open > 0 {
            open += opens;
            if open < 0 {
                kept.push_str(surplus(line, usize::try_from(-open).unwrap_or(0)));
                open = 0;
            }
        } else if key.starts_with('"') && key.contains("\":") && !of_envelope && drop() {
            open = opens.max(0);
        } else {
            kept.push_str(line);
        }
    }
    kept
}

/// The last brackets of a line, which close what was open before, with what follows them.
fn surplus(line: &str, count: usize) -> &str {
    let closing = line.rmatch_indices(['}', ']']).nth(count.saturating_sub(1));
    closing.and_then(|(at, _)| line.get(at..)).unwrap_or_default()
}
