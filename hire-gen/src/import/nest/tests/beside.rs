//! Rules for what is beside a row in its object, and for what is not.

use super::{fields, is_recovered, names, outline};

#[test]
fn a_kind_may_be_longer_than_its_value() {
    let tree = "
        nodes node[] 结点
          kind string 种类<br>**可选值有**：<br>- note：甲<br>- frame：乙<br>- line：丙<br>- mind_map：丁
          note note 便条图形
            size int 大小
          frame frame 边框图形
            depth int 深
          line line 直线图形
            color string 颜色
          mind_map_node mind_map_node 导图图形
            folded boolean 收起";
    let example = r#"{"nodes": [{"kind": "note", "note": {"size": 1}}, {"frame": {"depth": 1}}]}"#;
    is_recovered(tree, example);
    let other = tree.replace("mind_map：", "tree：");
    assert_ne!(outline(&fields(&other, example), 0), names(tree));
}

/// Lines of parts, all of which the example has, and a last field of a line.
const LINES: &str = "
        lines line[] 行
          rank int 级别
          width int 宽
          height int 高
          color string 颜色
          parts part[] 片段
            kind int 种类<br>**可选值有**：<br>- 0：文字<br>- 1：链接<br>- 2：提及<br>- 3：地点
            words words 文字元素信息
              word string 字
              size int 大小
            link link 链接元素信息
              url string 网址
              size int 大小
            mention mention 提及元素信息
              user_id string 用户
              size int 大小
            place place 地点元素信息
              point string 点
              size int 大小
          indent int 缩进";
const LINES_SHOWN: &str = r#"{"lines": [{"rank": 1, "width": 1, "height": 1, "color": "", "parts": [
    {"kind": 0, "words": {"word": "", "size": 1}}, {"kind": 1, "link": {"url": "", "size": 1}},
    {"kind": 2, "mention": {"user_id": "", "size": 1}}, {"kind": 3, "place": {"point": "", "size": 1}}]}]}"#;

#[test]
fn an_object_with_all_kinds_has_nothing_else() {
    is_recovered(LINES, LINES_SHOWN);
    let other = LINES.replace("- 3：地点", "- 3：地点<br>- 4：时间");
    assert_ne!(outline(&fields(&other, LINES_SHOWN), 0), names(LINES));
}

#[test]
fn objects_beside_each_other_end_alike() {
    is_recovered(LINES, LINES_SHOWN);
    let other = LINES.replacen("size int", "length int", 1);
    let shown = LINES_SHOWN.replacen("size", "length", 1);
    assert_ne!(outline(&fields(&other, &shown), 0), names(&other));
}

#[test]
fn names_that_follow_each_other_do_so_elsewhere() {
    let tree = "
        node node 甲
          edge edge 乙
            color string 丙
          look look 丁
            size int 戊
        scene scene 癸
          grid grid 己
            edge border 庚
              width int 辛
              depth int 壬
            look look 丁
              size int 戊";
    let example = r#"{"node": {"edge": {"color": ""}, "look": {"size": 1}}, "scene": {"grid": null}}"#;
    is_recovered(tree, example);
    let other = tree.replacen("look look", "form look", 1);
    let example = example.replace("look", "form");
    assert_ne!(outline(&fields(&other, &example), 0), names(&other));
}

#[test]
fn a_plain_field_rarely_follows_two_objects() {
    let tree = "
        node node 甲
          look look 乙
            color string 丙
          words words 丁
            word string 戊
        grid grid 己
          meta meta 庚
            rows int 辛
            words words 丁
              word string 戊
            look look 乙
              color string 丙
          title string 壬";
    is_recovered(tree, r#"{"node": {"look": {"color": ""}, "words": {"word": ""}}, "grid": null}"#);
}

#[test]
fn an_object_that_begins_with_two_objects_has_no_plain_field() {
    let tree = "
        item item 甲
          kind int 己
          order order 采购订单
            buyer buyer 乙
              name string 丙
            seller seller 丁
              name string 丙
              place string 戊
              phone string 庚
          note string 采购备注";
    let seller = r#"{"name": "", "place": "", "phone": ""}"#;
    let order = format!(r#"{{"buyer": {{"name": ""}}, "seller": {seller}}}"#);
    is_recovered(tree, &format!(r#"{{"item": {{"kind": 1, "order": {order}}}}}"#));
}

#[test]
fn types_that_are_paths_tell_their_siblings() {
    let tree = "
        field create_header 甲
          name string 辛
          kind int 壬
          property app.table.field.property 乙类
            multiple boolean 丙
            rating rating 丁
              symbol string 戊
          description app.table.field.description 乙类说明
            text string 庚";
    is_recovered(tree, r#"{"field": {"name": "", "kind": 1, "property": null}}"#);
}

#[test]
fn the_identifiers_of_objects_are_beside_them() {
    let tree = "
        task task 甲
          followers follower[] 乙
            id string 丙
            kind string 丁
          follower_ids string[] 戊";
    is_recovered(tree, "{}");
}

#[test]
fn a_key_and_its_value_are_all() {
    let tree = "
        resource resource 甲
          texts text[] 乙
            key string 丙
            value string 丁
          is_default boolean 戊";
    is_recovered(tree, "{}");
}

#[test]
fn siblings_in_one_object_are_siblings_in_another() {
    let tree = "
        rule rule 规则
          code string 货币
          lowest int 下限
          format string 格式
          kind kind 格式种类
            number int 编号
            shape shape 外形
              code string 货币
              format string 格式
              lowest int 下限";
    is_recovered(tree, "{}");
    let (before, after) = tree.split_once("shape shape").unwrap();
    let other = format!("{before}shape shape{}", after.replace("格式", "格式的名称").replace("货币", "币种"));
    assert_ne!(outline(&fields(&other, "{}"), 0), names(tree));
}
