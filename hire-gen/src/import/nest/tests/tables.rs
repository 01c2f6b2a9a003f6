//! What other tables tell about a row.

use super::{data, names, outline, page};
use crate::import::doc::PageDoc;
use crate::import::read_pages;

/// Nothing on either page tells the place of `shelf_ids`.
const AFTER_MARK: &str = "
    items block[] 块
      block_id string 块标识
      note note 便条
        size int 大小
        mark mark 记号
          colour string 颜色
      shelf_ids string[] 书架列表
";
const AFTER_SIGN: &str = "
    items block[] 块
      block_id string 块标识
      label label 标签
        sign sign 符号
          width int 宽度
      shelf_ids string[] 书架列表
";

#[test]
fn a_row_of_several_tables_is_in_a_type_that_all_of_them_have() {
    let example = r#"{"items": [{"block_id": "1"}]}"#;
    let after_mark = page(AFTER_MARK, example);
    let alone = outline(&data(PageDoc::read(&after_mark)), 0);
    assert!(alone.contains("colour\n      shelf_ids"), "{alone}");
    let read = |other: &str| outline(&data(read_pages(&[&after_mark, &page(other, example)]).remove(0)), 0);
    assert_eq!(read(AFTER_SIGN), names(AFTER_MARK));
    // With another description it is another field.
    assert_eq!(read(&AFTER_SIGN.replace("书架列表", "书架的标识")), alone);
}

#[test]
fn a_row_is_in_the_type_that_other_tables_show() {
    let unclear = "
        items block[] 块
          block_id string 块标识
          extra - 附加
            shelf_size int 书架大小
            shelf_rows int 书架行数
          shelf_ids string[] 书架列表
    ";
    let shown = "
        block block 块
          block_id string 块标识
          shelf_ids string[] 书架列表
    ";
    let unclear_page = page(unclear, r#"{"items": [{"block_id": "1"}]}"#);
    let read = |other: &str| {
        let other = page(other, r#"{"block": {"block_id": "1", "shelf_ids": ["2"], "other": 3}}"#);
        outline(&data(read_pages(&[&unclear_page, &other]).remove(0)), 0)
    };
    assert_eq!(read(shown), names(unclear));
    // With another description it is another field.
    assert_ne!(read(&shown.replace("书架列表", "书架的标识")), names(unclear));
}

/// The first of these pages, read together, and read alone.
fn read(pages: &[&str]) -> [String; 2] {
    let alone = data(PageDoc::read(pages[0]));
    [data(read_pages(pages).remove(0)), alone].map(|fields| outline(&fields, 0))
}

#[test]
fn a_row_is_not_in_a_type_that_ends_before_it_elsewhere() {
    let unclear = "
        note note 便条
          sync boolean 同步
          text string 内容
        look string 外观";
    let shown = "
        item item 项
          note note 便条的说明
            sync boolean 是否同步
            text string 便条的内容
          number string 编号
          look string 外观";
    let unclear_page = page(unclear, "{}");
    let [together, alone] = read(&[&unclear_page, &page(shown, r#"{"item": {"number": "1"}}"#)]);
    assert_eq!(together, names(unclear));
    assert_ne!(alone, together);
    // If no example shows the row before it, nothing follows.
    let [together, _] = read(&[&unclear_page, &page(shown, r#"{"item": {"other": "1"}}"#)]);
    assert_eq!(together, alone);
}

/// Descriptions that tell where the rows belong.
const CLEAR: &str = "
        rule rule 规则
          options rule_option[] 选项
            name string 选项名称
            colour int 选项颜色
          format string 规则的格式
          filled boolean 规则的填写
          many boolean 规则的数目";

/// The same rows with others, which do not.
const UNCLEAR: &str = "
        rule rule 甲
          options rule_option[] 乙
            name string 丙
            colour int 丁
          format string 戊
          filled boolean 己
          many boolean 庚";

#[test]
fn the_same_rows_are_nested_alike_in_all_tables() {
    let [together, alone] = read(&[&page(UNCLEAR, "{}"), &page(CLEAR, "{}")]);
    assert_eq!(together, names(CLEAR));
    assert_ne!(alone, together);
    let [together, alone] = read(&[&page(CLEAR, "{}"), &page(UNCLEAR, "{}")]);
    assert_eq!([&together, &alone], [&names(CLEAR); 2]);
    // An object of another type may have other fields.
    let other = UNCLEAR.replace("rule rule", "rule rules").replace("rule_option", "rules_option");
    let [together, alone] = read(&[&page(&other, "{}"), &page(CLEAR, "{}")]);
    assert_eq!(together, alone);
}

#[test]
fn a_table_may_lack_some_of_the_rows_of_another() {
    let lacks = |name: &str| {
        UNCLEAR.lines().filter(|line| !line.trim().starts_with(name)).collect::<Vec<_>>().join("\n")
    };
    for name in ["colour", "format", "filled"] {
        let [together, alone] = read(&[&page(&lacks(name), "{}"), &page(CLEAR, "{}")]);
        assert_eq!(together, names(&lacks(name)));
        assert_ne!(alone, together);
    }
}

#[test]
fn a_row_that_other_tables_move_is_uncertain() {
    let docs = read_pages(&[&page(UNCLEAR, "{}"), &page(CLEAR, "{}")]);
    let rule = data(docs.into_iter().next().unwrap()).remove(0);
    let unsure: Vec<&str> =
        rule.fields.iter().filter(|field| field.unsure).map(|field| field.name.as_str()).collect();
    assert_eq!(unsure, ["format", "filled", "many"]);
}

#[test]
fn an_object_may_be_empty_although_others_of_its_type_have_fields() {
    let whole = "
        head_part head_part 甲
          depth int 乙
        note_part note_part 丙
          size int 丁
          wide int 戊
        label_part label_part 己
          size int 庚
          wide int 辛
          text string 壬";
    let empty: String = whole
        .lines()
        .enumerate()
        .filter(|(at, _)| !(4..6).contains(at))
        .map(|(_, line)| format!("{line}\n"))
        .collect();
    let pages = |example: &str| [page(&empty, example), page(whole, r#"{"label_part": {"text": ""}}"#)];
    let [unclear, shown] = pages(r#"{"head_part": {"depth": 1}}"#);
    let [together, alone] = read(&[&unclear, &shown]);
    assert_eq!(together, names(&empty));
    assert_ne!(alone, together);
    let [nested, shown] = pages(
        r#"{"head_part": {"depth": 1}, "note_part": {"label_part": {"size": 1, "wide": 1, "text": ""}}}"#,
    );
    let [together, alone] = read(&[&nested, &shown]);
    assert_eq!(together, alone);
}

#[test]
fn a_table_that_shows_its_nesting_is_right() {
    let marked = |line: &str| {
        let (blanks, rest) = line.split_at(line.len() - line.trim_start().len());
        format!("{}└{rest}", "&nbsp;".repeat(blanks.len()))
    };
    let tree = CLEAR.replace("  many", "many");
    let shown: String = tree.lines().skip(1).map(|line| marked(line) + "\n").collect();
    let [together, alone] = read(&[&page(CLEAR, "{}"), &page(&shown, "{}")]);
    assert_eq!(together, names(&tree));
    assert_eq!(alone, names(CLEAR));
    // One is not enough against an example.
    let (page, shown) = (page(CLEAR, r#"{"rule": {"many": true}}"#), page(&shown, "{}"));
    assert_eq!(read(&[&page, &shown])[0], names(CLEAR));
    assert_eq!(read(&[&page, &shown, &shown])[0], names(&tree));
}
