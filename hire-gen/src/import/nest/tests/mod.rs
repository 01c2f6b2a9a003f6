//! Small tables for single rules: a test gives a tree, whose rows are read without their indentation.

mod beside;
mod tables;

use super::promise::PROMISE;
use super::{Flat, Search, Templates, shows_kinds};
use crate::import::doc::PageDoc;
use crate::import::json::Shape;
use crate::import::rows::PageField;

/// Reads the rows of a tree (`name type description`) as the flat table of an answer's `data`.
fn fields(tree: &str, example: &str) -> Vec<PageField> {
    data(PageDoc::read(&page(tree, example)))
}

fn data(doc: PageDoc) -> Vec<PageField> {
    doc.response.into_iter().find(|field| field.name == "data").unwrap().fields
}

fn page(tree: &str, example: &str) -> String {
    let row = |line: &str| {
        let mut cells = line.split_whitespace();
        let (name, ty) = (cells.next().unwrap(), cells.next().unwrap());
        format!("{name} | {} | {}\n", ty.replace("[]", "\\[\\]"), cells.collect::<Vec<_>>().join(" "))
    };
    let rows: String = tree.lines().filter(|line| !line.trim().is_empty()).map(row).collect();
    format!(
        "# A\n\n## 请求\n\n名称 | 值\n--- | ---\nHTTP URL | /a\nHTTP Method | GET\n\n## 响应\n\n### 响应体\n\n\
         名称 | 类型 | 描述\n--- | --- | ---\ncode | int | 错误码\nmsg | string | 错误描述\ndata | \\- | \\-\n{rows}\n\
         ### 响应体示例\n```json\n{{\"code\": 0, \"msg\": \"\", \"data\": {example}}}\n```\n"
    )
}

fn outline(fields: &[PageField], depth: usize) -> String {
    let field = |field: &PageField| {
        format!("{}{}\n{}", "  ".repeat(depth), field.name, outline(&field.fields, depth + 1))
    };
    fields.iter().map(field).collect()
}

/// The names of a tree, indented from its first row on.
fn names(tree: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let lines = || tree.lines().filter(|line| !line.trim().is_empty());
    let first = lines().map(indent).next().unwrap();
    let name =
        |line| format!("{}{}\n", " ".repeat(indent(line) - first), line.split_whitespace().next().unwrap());
    lines().map(name).collect()
}

#[track_caller]
fn is_recovered(tree: &str, example: &str) {
    assert_eq!(outline(&fields(tree, example), 0), names(tree));
}

#[test]
fn the_search_in_a_type_that_repeats_knows_the_type() {
    // `note_part` is a part of a `note`, not of its `note_style`.
    let tree = "
        page page 页
          head note 页眉
            style note_style 样式
              align int 对齐
              wrap boolean 换行
            parts note_part[] 部分
              word string 字
              size int 大小
          body note 正文
            style note_style 样式
              align int 对齐
              wrap boolean 换行
            parts note_part[] 部分
              word string 字
              size int 大小
          foot note 页脚
            style note_style 样式
              align int 对齐
              wrap boolean 换行
            parts note_part[] 部分
              word string 字
              size int 大小
          number int 页码";
    is_recovered(tree, r#"{"page": {"head": {"style": {"align": 1, "wrap": true}}}}"#);
}

#[test]
fn what_follows_a_type_that_repeats_need_not_differ_everywhere() {
    let tree = "
        sheet sheet 表
          head note 表头
            word string 字
            size int 大小
          color string 颜色
          body note 表身
            word string 字
            size int 大小
          width int 宽度
          side note 侧栏
            word string 字
            size int 大小
          height int 高度
          foot note 表尾
            word string 字
            size int 大小
          color_mode string 颜色模式";
    is_recovered(tree, r#"{"sheet": {"head": {"word": "a"}}}"#);
}

#[test]
fn english_words_of_descriptions_count() {
    let tree = "
        goals goal[] 列表
          id string Objective ID
          rate rate 进展
            mode string 模式
            target int 目标值
          weight int Objective 的权重
          score int Objective 的打分";
    is_recovered(tree, "{}");
}

#[test]
fn an_object_named_otherwise_than_its_type_is_no_kind_of_a_thing() {
    let tree = "
        block block 块
          grid grid 分栏 Block
            size int 数量
          image image 图片 Block
            token string 图片
          sheet sheet 表格 Block
            token string 表格
          board board 画板 Block
            token string 画板
          task task 任务 Block
            token string 任务
          goal goal 目标 Block
            position int 位置
            content words 目标的内容
              word string 字
              size int 大小";
    is_recovered(tree, "{}");
}

#[test]
fn a_list_of_objects_rarely_has_one_field() {
    let tree = "
        sheet sheet 数值表
          rules rule[] 规则
            kind string 种类
            values value[] 数值
              from int 起
              to int 止";
    is_recovered(tree, "{}");
}

#[test]
fn fields_that_end_alike_may_be_all() {
    let tree = "
        value value 值
          phone phone 电话
            main_number string 总机
            extra_number string 分机
          field_key string 字段
          field_kind string 种类";
    is_recovered(tree, "{}");
}

#[test]
fn a_plain_field_shares_a_word_with_others() {
    let tree = "
        table table 表
          row_size int 表格行数
          edge edge 边
            color string 颜色
            width int 宽
          header_row boolean 表格首行";
    is_recovered(tree, "{}");
}

#[test]
fn an_example_shows_some_kinds_of_a_list_only() {
    let tree = "
        text text 文本
          style style 样式
            bold boolean 加粗
          parts part[] 部分
            run run 文字
              word string 字
            mention mention 提及
              user_id string 用户
              open_name string 名字";
    is_recovered(tree, r#"{"text": {"style": {"bold": true}, "parts": [{"run": {"word": "a"}}]}}"#);
}

#[test]
fn an_example_of_some_kinds_does_not_show_a_type_in_full() {
    let shows = |list: bool, text: &str| shows_kinds(list, &Shape::read(text).unwrap());
    assert!(shows(true, r#"[{"run": {"word": "a"}}, {"mention": {"user_id": "b"}}]"#));
    assert!(!shows(true, r#"[{"run": {"word": "a"}, "size": 1}]"#));
    assert!(!shows(false, r#"{"run": {"word": "a"}}"#));
}

#[test]
fn a_type_may_begin_with_the_words_before_its_field() {
    // `auto_serial` has two words, and `field_property` comes before them.
    let tree = "
        property app.table.field.property 属性
          options option[] 选项
            name string 名称
            color int 颜色
          auto_serial app.field.property.auto_serial 编号
            kind string 种类
            start int 起";
    is_recovered(tree, "{}");
}

#[test]
fn the_closer_type_has_the_field() {
    let tree = "
        property app.field.property 属性
          place app.field.property.place 地点
            city string 城市
            street string 街道
          rating app.field.property.rating 评分
            symbol string 符号
            most int 最高分
          kind app.field.property.kind 种类
            data_type int 数据
            view app.field.property.kind.view 展示
              symbol string 符号
              unit string 单位";
    is_recovered(tree, "{}");
}

#[test]
fn the_rows_below_a_string_with_json_are_uncertain() {
    let tree = "
        form string 控件，JSON 数组
        custom_id string 编号
        widget string 控件
        status string 状态";
    let fields = fields(tree, r#"{"form": "[]", "status": "a"}"#);
    let unsure: Vec<bool> = fields.iter().map(|field| field.unsure).collect();
    assert_eq!(unsure, [false, true, true, false]);
}

#[test]
fn the_values_of_a_type_name_the_objects_beside_it() {
    let tree = "
        parts part[] 部分
          type string 种类<br>**可选值有**：<br>- wordRun：文字<br>- picture：图片<br>- person：人员
          wordRun word_run 文字
            text string 内容
            style style 样式
              bold boolean 加粗
          picture picture 图片
            token string 标识
          person person 人员
            open_id string 编号";
    is_recovered(
        tree,
        r#"{"parts": [{"type": "wordRun", "wordRun": {"text": "a", "style": {"bold": true}}}]}"#,
    );
}

#[test]
fn the_labels_of_values_name_the_objects_beside_them() {
    let tree = "
        blocks block[] 块
          kind int 种类<br>**可选值有**：<br>- 1：文字 Block<br>- 2：表格 Block<br>- 3：画板 Block<br>- 4：图片 Block
          words words 文字 Block
            content string 内容
          sheet sheet 表格 Block
            cells string[] 单元格
          board board 画板 Block
            token string 标识
          picture picture 图片 Block
            width int 宽
            caption caption 说明
              content string 文本";
    is_recovered(tree, "{}");
}

#[test]
fn a_plain_field_is_not_among_objects() {
    let tree = "
        cover file 封面
          token string 标识
          size int 大小
        item item 事项
          title string 标题
          parts part[] 部分
            run run 文字
              word string 字
            mention mention 提及
              user_id string 用户
            file file 附件
              token string 标识
              size int 大小
          align int 对齐";
    let example = r#"{"item": {"parts": [{"run": {"word": "a"}}, {"mention": {"user_id": "b"}}]}}"#;
    is_recovered(tree, example);
}

#[test]
fn partners_are_beside_each_other() {
    let tree = "
        plan plan 活动计划
          name string 活动名称
          period period 时段
            start_time string 起
            end_time string 活动终点";
    is_recovered(tree, "{}");
}

#[test]
fn fields_whose_descriptions_begin_alike_are_beside_each_other() {
    let tree = "
        rules rule[] 规则
          span span 范围
            row_start int 开始
            row_end int 结束
          owner_of_row int[] 可以改变规则的那个人的旧标识
          persons string[] 可以改变规则的那个人的标识
    ";
    let example = r#"{"rules": [{"span": {"row_start": 1, "row_end": 2}, "persons": [""]}]}"#;
    is_recovered(tree, example);
    let other = tree.replace("可以改变规则的那个人的旧标识", "旧标识");
    assert_ne!(outline(&fields(&other, example), 0), names(tree));
}

#[test]
fn a_key_of_the_example_takes_its_only_row() {
    let tree = "
        items block[] 块
          note note 便条
            size int 大小
          card card 块的卡片
        revision int 块的版本
        token string 标记
    ";
    is_recovered(tree, r#"{"items": [{"note": {"size": 1}}], "token": "", "revision": 1}"#);
}

#[test]
fn a_part_of_something_is_in_it_and_so_are_parts_of_the_part() {
    let tree = "
        rich rich_text 富文本
          paragraphs rich_text_paragraph[] 段落列表
            kind int 类别
            elements rich_text_element[] 段落的元素列表
              sort int 元素类别
              word rich_text_element_word 文本元素
                text string 文字
              link rich_text_element_link 链接元素
                url string 地址";
    is_recovered(tree, "{}");
}

#[test]
fn an_object_of_another_family_is_beside_the_family() {
    let tree = "
        id string 编号
        content content_block 进展详情
          blocks content_block_element[] 每行
            type string 种类
            gallery content_gallery 图片
              pictures content_picture[] 图
                token string 标识
                width int 宽
        rate rate_new 进展
          percent float 百分比
          status int 状态";
    is_recovered(tree, r#"{"content": {"blocks": [{"type": "gallery"}]}}"#);
}

#[test]
fn an_example_may_have_another_order_than_the_table() {
    // The example has the fields of `line` in another order than the table.
    let tree = "
        nodes node[] 图形
          id string 编号
          shape shape 基础图形
            kind string 种类
            pie pie 饼图
              radius float 半径
          line line 连线
            start line_end 端点
              object line_object 图形
                id string 编号
                side string 方向
              arrow string 箭头
            end line_end 端点
              object line_object 图形
                id string 编号
                side string 方向
              arrow string 箭头
            form string 形状
            bent boolean 是否弯曲
          width int 宽
          height int 高";
    let example = r#"{"nodes": [{"id": "a", "shape": {"kind": "pie"}, "line": {"bent": true, "form": "x",
        "end": {"arrow": "x", "object": {"side": "left", "id": "a"}}, "start": {"arrow": "x", "object": {"side": "left", "id": "a"}}},
        "width": 1, "height": 2}]}"#;
    is_recovered(tree, example);
}

#[test]
fn only_keys_that_a_later_row_can_have_count_for_a_history() {
    let row = |name| Flat {
        number: 0,
        name,
        opens: false,
        says_empty: false,
        must_open: false,
        type_name: None,
        list: false,
        map: false,
        below: "",
        holds_json: false,
        folded: false,
        words: Vec::new(),
        values: Vec::new(),
        labels: Vec::new(),
        about: "",
        ending: "",
        known: None,
    };
    let (rows, templates) = (["first", "second", "third"].map(row), Templates::default());
    // No row has the last key.
    let shape = Shape::read(r#"{"first": 1, "second": 2, "third": 3, "fourth": 4}"#);
    let mut search = Search::new(&rows, &templates, false);
    let mut beam = [search.begin(shape.as_ref())];
    let promises = [0, 1, 2].map(|at| {
        search.promise(&mut beam, at);
        beam[0].promise
    });
    assert_eq!(promises, [2 * PROMISE, PROMISE, 0]);
}

#[test]
fn an_example_that_is_no_json_counts_as_it_is_repaired() {
    let tree = "
        phone phone 甲
          number string 乙
          part string 丙
        key string 丁";
    is_recovered(tree, "{\"phone\": {\"number\": \"1\n\n2\", \"part\": \"3\n\n4\"}, \"key\": \"5\"}");
    let tree = "
        item item 甲
          parts part[] 乙
            number string 丙
          key string 丁";
    is_recovered(tree, r#"{"item": {"parts": [{"number": "1"], "key": "2"}}"#);
}
