//! Bad schemas, one row for each mistake: refused at the right place, with help, and nothing is written. Every
//! diagnostic code is printed by a row or by the importer's tests.
//!
//! A row is a folder of `bad_schema/`: its files are added to a small valid schema, and the output of `hire-gen check`
//! is `bad.stderr` (`BLESS=1` writes it). Huge and binary files are created here.

#[path = "bad_schema/reached.rs"]
mod reached;
#[path = "bad_schema/written.rs"]
mod written;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Every error is found at once, however large or hostile the file is; also in a debug build on a busy machine.
const AT_ONCE: Duration = Duration::from_secs(60);

const GOOD: &[(&str, &str)] = &[
    (
        "api.yaml",
        "base_urls:\n  zoo: https://zoo.example\nerrors:\n  9000: {http: 429, name: RateLimited, label: 慢一点}\n",
    ),
    (
        "zoo/v1/animal/get.yaml",
        "title: Get an animal\ndoc: https://zoo.example/get\nmethod: GET\npath: /zoo/v1/animals/:animal_id\n\
         tokens: [tenant]\nquota: 1000/min, 50/s\npath_params:\n  animal_id: string\nresponse:\n  animal: Animal\n",
    ),
    (
        "zoo/v1/types/animal.yaml",
        "doc: An animal.\nfields:\n  name: {type: string, label: 名字}\n  legs: int\n",
    ),
];

/// A schema in its own folder.
struct Schema {
    dir: TempDir,
}

/// The result of a command.
struct Said {
    code: u8,
    out: String,
    err: String,
}

impl Schema {
    fn good() -> Self {
        let schema = Self { dir: tempfile::tempdir().unwrap() };
        for (path, text) in GOOD {
            schema.put(path, text);
        }
        schema
    }

    fn put(&self, path: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join("schema").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// The command line, as `main` calls it.
    fn run(&self, arguments: &[&str]) -> Said {
        let schema = self.dir.path().join("schema");
        let arguments = ["hire-gen"].iter().chain(arguments).chain(&["--schema"]).map(Into::into);
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code =
            hire_gen::cli::run(arguments.chain([schema.clone().into_os_string()]), &mut out, &mut err, false);
        let readable = |bytes| String::from_utf8(bytes).unwrap().replace(schema.to_str().unwrap(), "schema");
        Said { code: code.unwrap(), out: readable(out), err: readable(err) }
    }

    /// The output of `check`, after verifying that the schema is refused and nothing is written.
    fn refused(&self) -> String {
        reached::note(&self.dir.path().join("schema"));
        let begun = Instant::now();
        let said = self.run(&["check"]);
        assert!(begun.elapsed() < AT_ONCE, "took {:?}", begun.elapsed());
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{}", said.err);
        assert!(said.err.contains("error[H"), "{}", said.err);
        assert!(said.err.contains("= help: "), "{}", said.err);

        let out = self.dir.path().join("out");
        fs::create_dir_all(&out).unwrap();
        fs::write(out.join("mine.txt"), "untouched").unwrap();
        let generated = self.run(&["generate", "--out", out.to_str().unwrap()]);
        assert_eq!((generated.code, &generated.err), (1, &said.err));
        assert_eq!(names(&out), ["mine.txt"]);
        assert_eq!(fs::read_to_string(out.join("mine.txt")).unwrap(), "untouched");
        said.err
    }

    fn accepted(&self) {
        let said = self.run(&["check"]);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    }
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Runs a row's folder: `x.yaml` becomes an endpoint's file, `x.type.yaml` a shared type's, `x.event.yaml` an event's.
fn row(name: &str) {
    let folder = folder(name);
    let schema = with(&folder);
    let said = schema.refused();
    // Each file of a row contains an error.
    for file in names(&folder).iter().filter(|file| file.ends_with(".yaml")) {
        let stem = file.split('.').next().unwrap();
        assert!(
            said.contains(&format!("/{stem}.")) || said.contains(&format!("schema/{stem}.")),
            "{file}:\n{said}"
        );
    }
    golden(&folder.join("bad.stderr"), &said);
}

/// The valid schema with the files of a row.
fn with(folder: &Path) -> Schema {
    let schema = Schema::good();
    for file in names(folder).iter().filter(|file| !file.ends_with(".stderr")) {
        let path = match file.split_once('.') {
            Some((stem, "type.yaml")) => format!("zoo/v1/types/{stem}.yaml"),
            Some((stem, "event.yaml")) => format!("zoo/v1/animal/events/{stem}.yaml"),
            Some((_, "event.json")) => format!("zoo/v1/animal/events/{file}"),
            _ if file == "api.yaml" => file.clone(),
            _ => format!("zoo/v1/animal/{file}"),
        };
        schema.put(&path, fs::read(folder.join(file)).unwrap());
    }
    reached::note(&schema.dir.path().join("schema"));
    schema
}

fn folder(row: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("bad_schema").join(row)
}

fn golden(path: &Path, said: &str) {
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, said).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(said, expected, "{}; run with BLESS=1 if it is better now", path.display());
}

/// Adds one file to the valid schema, and compares the output with `bad_schema/<row>/<case>.stderr`.
fn made(row: &str, case: &str, path: &str, bytes: impl AsRef<[u8]>) {
    let schema = Schema::good();
    schema.put(path, bytes);
    golden(&folder(row).join(format!("{case}.stderr")), &schema.refused());
}

/// An endpoint with additional text after its usual keys.
fn endpoint(rest: &str) -> String {
    format!(
        "title: Feed an animal\ndoc: https://zoo.example/feed\nmethod: POST\npath: /zoo/v1/feed\ntokens: [tenant]\n\
         quota: 20/min\n{rest}"
    )
}

macro_rules! rows {
    ($($test:ident: $folder:literal,)*) => {$(
        #[test]
        fn $test() {
            row($folder);
        }
    )*
        /// Every row that is a folder.
        const ROWS: &[fn()] = &[$($test),*];
    };
}

rows! {
    l01_hosts_and_replacements_are_there: "h208_hosts_and_replacements",
    s01_an_empty_file_is_refused: "s01_empty_file",
    s02_only_comments_are_refused: "s02_only_comments",
    s03_tab_indentation_is_refused: "s03_tab_indent",
    s04_an_unterminated_quote_is_refused: "s04_unterminated_quote",
    s06_duplicate_key_is_refused: "s06_duplicate_key",
    s07_several_documents_are_refused: "s07_multi_document",
    s08_anchors_and_aliases_are_refused: "s08_anchor_and_alias",
    s09_billion_laughs_are_refused: "s09_billion_laughs",
    s10_merge_keys_are_refused: "s10_merge_key",
    s11_an_alias_of_itself_is_refused: "s11_self_referential_alias",
    s14_tags_are_refused: "s14_tags",
    s15_norway_is_refused_until_it_is_quoted: "s15_norway",
    s16_numbers_that_readers_disagree_about_are_refused: "s16_numbers_readers_disagree_about",
    s17_keys_that_are_not_names_are_refused: "s17_keys_that_are_not_names",
    s18_dates_are_days_of_the_calendar_and_text_elsewhere: "s18_dates",
    s20_a_file_that_is_no_mapping_is_refused: "s20_top_level",
    s21_an_unknown_key_is_refused_with_the_one_that_was_meant: "s21_unknown_keys",
    s22_missing_keys_are_reported_together: "s22_missing_keys",
    s23_an_unknown_method_is_refused: "s23_methods",
    s24_a_path_without_slash_is_refused: "s24_path_without_slash",
    s25_a_path_to_elsewhere_is_refused: "s25_absolute_path",
    s26_a_path_with_other_characters_is_refused: "s26_path_characters",
    s27_a_path_parameter_must_be_declared: "s27_path_parameter_not_declared",
    s28_a_declared_path_parameter_must_be_in_the_path: "s28_path_parameter_not_in_path",
    s29_a_path_parameter_stands_once: "s29_path_parameter_twice",
    s30_unknown_types_are_refused: "s30_unknown_types",
    s31_a_reference_to_no_type_is_refused: "s31_dangling_reference",
    s34_duplicates_are_refused: "s34_duplicates",
    s35_two_wire_names_for_one_rust_name_are_refused: "s35_two_wire_names_one_rust_name",
    s37_names_that_cannot_be_named_are_refused: "s37_names",
    s38_enums_must_have_values_of_their_kind: "s38_enums",
    s39_defaults_and_examples_must_fit_their_type: "s39_defaults",
    s40_ranges_must_hold_something: "s40_ranges",
    s41_required_and_optional_contradict_each_other: "s41_required_and_default",
    s42_bodies_must_fit_their_method: "s42_bodies",
    s43_paging_needs_what_pages_are_made_of: "s43_paging",
    s44_a_quota_must_be_one: "s44_quota",
    s45_a_key_must_name_a_field: "s45_idempotency_key",
    h005_a_key_is_where_it_belongs: "h005_lines_out_of_place",
    h005_text_with_signs_is_quoted: "h005_texts_that_need_quotes",
    h101_keys_of_other_formats_are_understood: "h101_keys_of_other_formats",
    h103_values_of_other_forms_are_understood: "h103_values_of_other_forms",
    h201_types_of_other_languages_are_understood: "h201_types_of_other_languages",
    h004_a_request_can_be_written_out: "h004_types_that_unfold_without_bound",
    h010_a_character_that_nobody_sees_is_refused: "h010_characters_that_nobody_sees",
    h107_a_title_is_one_line: "h107_text_of_several_lines",
    h202_a_body_is_fields_or_a_list: "h202_bodies_that_are_no_lists",
    h203_a_type_is_declared_once: "h203_types_declared_twice",
    h204_types_and_values_have_names: "h204_names_of_types_and_values",
    h206_methods_of_generated_code_are_its_own: "h206_names_of_methods",
    h206_names_of_the_generator_are_its_own: "h206_names_that_are_taken",
    h207_a_condition_compares_values: "h207_values_that_cannot_be_compared",
    h207_a_literal_is_of_its_type: "h207_literals_of_other_kinds",
    h304_a_fixed_value_is_one_value: "h304_fixed_values",
    h304_a_pattern_is_a_regular_expression: "h304_patterns",
    h306_a_condition_can_fail: "h306_conditions_that_never_fail",
    h306_keys_have_a_sense: "h306_keys_without_sense",
    h306_a_key_tells_calls_apart: "h306_keys_that_tell_nothing",
    h308_a_type_fits_its_direction: "h308_directions",
    h309_a_type_never_requires_itself: "h309_types_without_end",
    h309_a_list_never_requires_itself: "h309_lists_that_require_themselves",
    h310_pages_can_be_turned: "h310_pages_that_cannot_be_turned",
    h310_pages_can_be_asked_for: "h310_pages_that_cannot_be_asked_for",
    h308_null_is_sent_in_bodies: "h308_null_outside_of_bodies",
    h312_headers_can_be_sent: "h312_headers_that_cannot_be_sent",
    h306_flat_answers_leave_the_envelope_alone: "h306_fields_of_the_envelope",
    h312_values_of_a_path_are_segments: "h312_values_that_are_no_segment",
    h206_null_has_a_method_of_its_own: "h206_names_that_send_null",
    h007_an_alias_has_no_meaning: "h007_an_alias_of_nothing",
    h311_a_file_is_a_field_of_a_body: "h311_files_where_none_can_be",
    h312_a_custom_value_is_json: "h312_custom_values_outside_of_json",
    h316_addresses_are_origins_over_https: "h316_addresses",
    h318_an_example_is_of_its_kind: "h318_examples_of_other_kinds",
    h318_an_example_fits_its_endpoint: "h318_examples_that_do_not_fit",
    s49_events_have_names: "s49_names_of_events",
    s50_events_require_nothing: "s50_events",
    s51_examples_of_events_must_fit: "s51_examples_of_events",
    s52_every_stage_is_heard_beside_broken_files: "s52_later_stages",
}

/// Rows whose files are created here, and those that are warnings.
const MADE: &[fn()] = &[
    h206_a_service_is_not_called_like_the_root,
    h314_a_value_that_an_enum_has_not_is_a_warning,
    h315_a_type_that_nothing_uses_is_a_warning,
    h330_texts_that_a_described_schema_lacks_are_one_warning_for_a_file,
    s05_what_is_not_plain_utf_8_is_refused,
    s12_ten_thousand_levels_are_refused,
    s13_a_hundred_megabytes_are_not_even_read,
    s48_one_name_is_one_file,
    h001_a_folder_without_a_schema_is_said_so,
    h004_a_file_has_so_many_values,
    h320_texts_of_a_skeleton_are_warned_about,
    #[cfg(unix)]
    written::s48_symbolic_links_in_a_schema_are_not_followed,
];

#[test]
fn h004_a_file_has_so_many_values() {
    let schema = Schema::good();
    schema.put("zoo/v1/animal/bad.yaml", endpoint(&format!("about: [{}]\n", "1, ".repeat(110_000))));
    let said = schema.refused();
    assert!(said.contains("error[H004]: more than"), "{said}");
}

#[test]
fn h320_texts_of_a_skeleton_are_warned_about() {
    let schema = Schema::good();
    let skeleton = endpoint("").replace("https://zoo.example/feed", "https://example.com");
    schema.put("zoo/v1/animal/feed.yaml", skeleton);
    reached::note(&schema.dir.path().join("schema"));
    let said = schema.run(&["check"]);
    assert!(said.code == 0 && said.err.contains("warning[H320]"), "{}", said.err);
}

#[test]
fn the_schema_around_the_bad_files_is_good() {
    Schema::good().accepted();
}

#[test]
fn h314_a_value_that_an_enum_has_not_is_a_warning() {
    let folder = folder("h314_values_that_an_enum_has_not");
    let said = with(&folder).run(&["check"]);
    assert_eq!(said.code, 0, "{}", said.err);
    golden(&folder.join("bad.stderr"), &said.err);
}

#[test]
fn h315_a_type_that_nothing_uses_is_a_warning() {
    let folder = folder("h315_types_that_nothing_uses");
    let said = with(&folder).run(&["check"]);
    assert_eq!(said.code, 0, "{}", said.err);
    golden(&folder.join("bad.stderr"), &said.err);
}

#[test]
fn h330_texts_that_a_described_schema_lacks_are_one_warning_for_a_file() {
    let folder = folder("h330_texts_that_are_missing");
    let said = with(&folder).run(&["check"]);
    assert_eq!(said.code, 0, "{}", said.err);
    golden(&folder.join("bad.stderr"), &said.err);
}

#[test]
fn every_code_is_shown_by_a_test() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rows = names(&tests.join("bad_schema")).into_iter().map(|row| folder(&row));
    let mut shown = String::new();
    for folder in rows.chain([tests.join("import")]) {
        for file in names(&folder).iter().filter(|file| file.ends_with(".stderr") || file.ends_with(".check"))
        {
            shown += &fs::read_to_string(folder.join(file)).unwrap();
        }
    }
    let unseen: Vec<_> = hire_gen::diag::Code::ALL
        .iter()
        .filter(|code| !shown.contains(&format!("[{}]", code.as_str())))
        .collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}

#[test]
fn every_folder_has_its_test() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("bad_schema");
    let tests = include_str!("bad_schema.rs");
    for name in names(&folder) {
        assert!(tests.contains(&format!("\"{name}\"")), "nothing runs bad_schema/{name}");
    }
}

#[test]
fn h206_a_service_is_not_called_like_the_root() {
    made("h206_services", "api", "api/v1/animal/feed.yaml", endpoint(""));
    made("h206_services", "method_of_client", "items/v1/animal/feed.yaml", endpoint(""));
    made("h206_services", "method_of_a_clone", "to_owned/v1/animal/feed.yaml", endpoint(""));
}

#[test]
fn s05_what_is_not_plain_utf_8_is_refused() {
    let text = endpoint("label: 喂食\n");
    let utf_16: Vec<u8> =
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let at = "zoo/v1/animal/bad.yaml";
    made("s05_encodings", "bom", at, format!("\u{feff}{text}"));
    made("s05_encodings", "utf_16", at, utf_16);
    made("s05_encodings", "invalid", at, [text.as_bytes(), b"about: \xff\xfe\n"].concat());
    made("s05_encodings", "nul", at, format!("{text}about: a\0b\n"));
    made("s05_encodings", "example", "zoo/v1/animal/get.response.json", "{\"code\": 0,\n \"数据\": nul}\n");
}

#[test]
fn s12_ten_thousand_levels_are_refused() {
    let at = "zoo/v1/animal/bad.yaml";
    let block: String = (0..10_000).map(|depth| format!("{}a:\n", " ".repeat(depth / 50))).collect();
    for (case, text) in
        [("sequences", "[".repeat(10_000)), ("mappings", "{a: ".repeat(10_000)), ("block", block)]
    {
        let schema = Schema::good();
        schema.put(at, endpoint(&format!("about: {text}")));
        let said = schema.refused();
        assert!(said.contains("zoo/v1/animal/bad.yaml:7:"), "{case}: {said}");
    }
    let deep: String = (1..200).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    made("s12_depth", "deep", at, endpoint(&format!("body:\n{deep}")));
}

#[test]
fn s13_a_hundred_megabytes_are_not_even_read() {
    let schema = Schema::good();
    let path = schema.put("zoo/v1/animal/bad.yaml", endpoint("about: "));
    // The file is sparse.
    fs::File::options().write(true).open(path).unwrap().set_len(100 * 1024 * 1024).unwrap();
    let said = schema.refused();
    assert!(said.contains("error[H004]: larger than 4 MiB"), "{said}");
    assert!(said.contains("zoo/v1/animal/bad.yaml:1:1"), "{said}");
}

#[test]
fn s19_line_ends_and_trailing_blanks_change_nothing() {
    let text =
        endpoint("label: 喂食\nabout: |\n  Two\n  lines.\nbody:\n  food: {type: string, required: true}\n");
    let generated = |text: &str| {
        let schema = Schema::good();
        schema.put("zoo/v1/animal/feed.yaml", text);
        let said = schema.run(&["show", "zoo.v1.animal.feed", "--format", "rust"]);
        assert_eq!(said.code, 0, "{}", said.err);
        said.out
    };
    let plain = generated(&text);
    assert!(plain.contains("pub food"), "{plain}");
    assert_eq!(generated(&text.replace('\n', "\r\n")), plain);
    assert_eq!(generated(&text.replace(": POST\n", ": POST   \n").replace("body:\n", "body:  \n")), plain);
}

#[test]
fn s32_recursive_types_are_boxed() {
    let schema = Schema::good();
    schema
        .put("zoo/v1/types/animal.yaml", "fields:\n  name: string\n  mother: Animal\n  children: Animal[]\n");
    schema.accepted();
    let rust = generated(&schema);
    assert!(rust.contains("pub mother: ::std::option::Option<::std::boxed::Box<"), "{rust}");
}

#[test]
fn s33_types_that_hold_each_other_are_boxed() {
    let schema = Schema::good();
    schema.put("zoo/v1/types/animal.yaml", "fields:\n  name: string\n  keeper: Keeper\n");
    schema.put("zoo/v1/types/keeper.yaml", "fields:\n  name: string\n  pet: Animal\n");
    schema.accepted();
    let rust = generated(&schema);
    assert!(rust.contains("Box<"), "{rust}");
}

/// All generated files, one after the other.
fn generated(schema: &Schema) -> String {
    let out = schema.dir.path().join("generated");
    let said = schema.run(&["generate", "--out", out.to_str().unwrap()]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let mut open = vec![out];
    let mut text = String::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let mut inside: Vec<_> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
            inside.sort();
            open.extend(inside);
        } else {
            text += &fs::read_to_string(path).unwrap();
        }
    }
    text
}

#[test]
fn s36_keywords_are_names_like_any_other() {
    let schema = Schema::good();
    let names = ["type", "self", "Self", "crate", "super", "async", "gen", "match", "Option", "Vec", "None"];
    let fields: String = names.iter().map(|name| format!("  {name}: string\n")).collect();
    schema.put("zoo/v1/animal/feed.yaml", endpoint(&format!("body:\n{fields}")));
    let said = schema.run(&["check"]);
    // `self` and `Self` are one name in Rust; each of them alone is valid.
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(said.err.contains("`Self`") && !said.err.contains("bad.yaml"), "{}", said.err);
    for without in ["self", "Self"] {
        let fields: String =
            names.iter().filter(|name| **name != without).map(|name| format!("  {name}: string\n")).collect();
        schema.put("zoo/v1/animal/feed.yaml", endpoint(&format!("body:\n{fields}")));
        schema.accepted();
        generated(&schema);
    }
}

#[test]
fn s46_text_stays_text() {
    let schema = Schema::good();
    let nasty = [
        "*/ pub fn escaped() {}",
        "\\\"#] pub fn escaped() {} #[doc = \\\"",
        "one\\n\\n```\\npub fn escaped() {}\\n```\\n",
        "#![doc = 1] pub fn escaped() {}",
        "]] </script> pub fn escaped() {}",
        "/// pub fn escaped() {}",
        "{} %s $crate pub fn escaped() {}",
    ];
    let fields: String = nasty
        .iter()
        .zip('a'..)
        .map(|(text, name)| format!("  {name}: {{type: string, doc: \"{text}\"}}\n"))
        .collect();
    schema.put("zoo/v1/animal/feed.yaml", endpoint(&format!("body:\n{fields}")));
    schema.accepted();
    let rust = generated(&schema);
    let lines: Vec<&str> = rust.lines().filter(|line| line.contains("escaped")).collect();
    assert!(lines.len() >= nasty.len(), "{rust}");
    for line in lines {
        let line = line.trim_start();
        assert!(line.starts_with("///") || line.starts_with("#[doc = \""), "not in a comment: {line}");
    }
    for character in ["\\u202E", "\\u2066", "\\r", "\\0", "\\u001b"] {
        let schema = Schema::good();
        schema.put("zoo/v1/animal/bad.yaml", endpoint(&format!("about: \"a{character}b\"\n")));
        let said = schema.refused();
        assert!(said.contains("error[H010]") && said.contains("bad.yaml:7:8"), "{said}");
    }
}

#[test]
fn s47_ten_thousand_mistakes_are_reported_at_once() {
    let schema = Schema::good();
    let fields: String =
        (0..10_000).map(|n| format!("  field_{n}: {{type: string, requierd: true}}\n")).collect();
    schema.put("zoo/v1/animal/bad.yaml", endpoint(&format!("body:\n{fields}")));
    let said = schema.refused();
    assert_eq!(said.matches("error[H101]").count(), 10_000);
    assert!(said.ends_with("10000 errors in 1 file\n"));
}

#[test]
fn s47_large_schemas_are_read() {
    let schema = Schema::good();
    let fields: String = (0..10_000).map(|n| format!("  field_{n}: string\n")).collect();
    schema.put("zoo/v1/animal/wide.yaml", endpoint(&format!("body:\n{fields}")));
    let about = "x".repeat(1024 * 1024);
    let text = endpoint(&format!("about: {about}\n")).replace("/feed", "/long");
    schema.put("zoo/v1/animal/long.yaml", text);
    let begun = Instant::now();
    schema.accepted();
    assert!(begun.elapsed() < AT_ONCE, "took {:?}", begun.elapsed());
}

#[test]
fn s48_one_name_is_one_file() {
    made("s48_names_of_files", "case", "zoo/v1/animal/Get.yaml", endpoint(""));
    made("s48_names_of_files", "ending", "zoo/v1/animal/get.yml", endpoint(""));
    made("s48_names_of_files", "place", "zoo/v1/get.yaml", endpoint(""));
    made("s48_names_of_files", "deep", "zoo/v1/animal/small/get.yaml", endpoint(""));
    made("s48_names_of_files", "example", "zoo/v1/animal/gett.response.json", "{}");
    made("s48_names_of_files", "events_of_types", "zoo/v1/types/events/fed.yaml", "");
    made("s48_names_of_files", "request_of_event", "zoo/v1/animal/events/fed.request.json", "{}");
    made("s48_names_of_files", "example_of_event", "zoo/v1/animal/events/fed.event.json", "{}");
    made("s48_names_of_files", "deep_event", "zoo/v1/animal/events/small/fed.yaml", "");
    made("s48_names_of_files", "dash", "zoo/v1/animal/get-it.yaml", endpoint(""));
}

#[test]
fn h001_a_folder_without_a_schema_is_said_so() {
    let schema = Schema { dir: tempfile::tempdir().unwrap() };
    reached::note(&schema.dir.path().join("schema"));
    let said = schema.run(&["check"]);
    assert_eq!(said.code, 1);
    let reason = std::io::Error::from_raw_os_error(2).to_string();
    golden(&folder("h001_nothing_there").join("bad.stderr"), &said.err.replace(&reason, ".."));
    fs::create_dir(schema.dir.path().join("schema")).unwrap();
    reached::note(&schema.dir.path().join("schema"));
    let said = schema.run(&["check"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("error[H002]"), "{}", said.err);
}

#[test]
fn errors_of_all_files_are_reported_together() {
    let schema = Schema::good();
    for name in ["a", "b", "c"] {
        schema.put(&format!("zoo/v1/animal/{name}.yaml"), endpoint("boddy: {}\n"));
    }
    let said = schema.refused();
    // Each has an unknown key, and the second and the third are the same call as the one before.
    assert!(said.ends_with("5 errors in 3 files\n"), "{said}");
}
