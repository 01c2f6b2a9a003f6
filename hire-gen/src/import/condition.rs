//! When a field is required: the sentence that says so.

use super::describe::Description;
use super::text::unmarked;

/// The sentence of a description under which the field must be there; `None` where there is none.
pub(super) fn sentence(about: &Description) -> Option<String> {
    about.prose().flat_map(str::lines).flat_map(|line| line.split('。')).find_map(|line| {
        let line = unmarked(line);
        let asks = ["必填", "必传", "需要传入", "required"].iter().any(|word| line.contains(word));
        let under = ["当", "若", "如果", "时，", "when ", "if "].iter().any(|word| line.contains(word));
        let asks_another = ["是否必填", "是否必传", "字段必填与否", "为必填，其他", "为必填外"]
            .iter()
            .any(|word| line.contains(word));
        (asks && under && !asks_another).then(|| line.trim_start_matches(['-', ' ']).to_owned())
    })
}
