//! Eleven facts that the five documentation pages hide; the generated types reflect each.

#[path = "pages/server.rs"]
mod server;

use std::collections::BTreeSet;
use std::path::Path;

use hire_api::contact::v3::employee_type_enum::update as employee_type;
use hire_api::hire::v1::talent::{combined_create, combined_update, onboard_status};
use hire_api::hire::v1::talent_external_info::create as external_info;
use hire_api::hire::v1::types::{
    AcademicRanking, AccountType, Award, Career, CareerType, CustomField, CustomModule, CustomModuleField,
    Degree, Education, EducationType, Gender, Identification, IdentificationType, Language,
    LanguageProficiency, LanguageSkill, Project, SelfEvaluation, SnsAccount, SnsPlatform, UserIdType, Work,
};
use hire_api::{Checks, Client, CustomValue, Draft, Endpoint, Prepared};
use hire_gen::ir::Api;
use hire_gen::rust::{Options, emit};
use serde_json::{Value, json};
use server::Server;

fn api() -> Api {
    hire_gen::load(&schema()).unwrap_or_else(|problems| panic!("{problems}"))
}

fn schema() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema")
}

fn example(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(schema().join(name)).unwrap()).unwrap()
}

/// The generated file with this name, as people read it.
fn generated(name: &str) -> String {
    let files = emit(&api(), &Options { format: true, ..Options::default() });
    let (_, text) = files.iter().find(|(path, _)| *path == name).unwrap();
    text.to_owned()
}

/// The documentation and attributes of a field or an enum value in generated code.
fn said_of(code: &str, item: &str) -> String {
    let lines: Vec<&str> = code.lines().map(str::trim).collect();
    let at = lines.iter().position(|line| line.starts_with(item)).unwrap_or_else(|| panic!("no `{item}`"));
    let above = lines[..at].iter().rposition(|line| line.starts_with("pub ") || line.ends_with([',', '{']));
    lines[above.map_or(0, |above| above + 1)..at].join(" ")
}

fn prepared<E: Endpoint>(request: &E) -> Prepared {
    let mut draft = Draft::new(E::METADATA);
    request.draft(&mut draft);
    draft.finish().unwrap()
}

fn body<E: Endpoint>(request: &E) -> Value {
    serde_json::from_slice(prepared(request).body.as_deref().unwrap()).unwrap()
}

/// The paths of all violations of a request.
fn wrong<E: Endpoint>(request: &E) -> Vec<String> {
    let mut checks = Checks::new();
    request.check(&mut checks);
    checks
        .finish()
        .err()
        .into_iter()
        .flat_map(|violations| violations.0)
        .map(|violation| violation.path)
        .collect()
}

fn client(server: &Server) -> Client {
    Client::builder("cli_loopback", "no-secret").with_base_url(&server.url).build().unwrap()
}

fn custom(object_id: &str, value: impl Into<CustomValue>) -> Vec<CustomField> {
    vec![CustomField::new().object_id(object_id).value(value)]
}

const TIME: &str = "293016767159";

/// The documented example of `combined_create`, as written by hand.
#[expect(deprecated, reason = "the example sets `init_source_id`; that this compiles only so is fact 4")]
fn documented_create() -> combined_create::Request {
    combined_create::Request::new(documented_basic_info())
        .init_source_id("1")
        .resume_source_id("1")
        .folder_id_list(["6942778198054125570".to_owned()])
        .creator_id("ou_84aad35d084aa403a838cf73ee18467")
        .creator_account_type(AccountType::Employee)
        .resume_attachment_id("7383906146040678700")
        .education_list([documented_education()])
        .career_list([documented_career()])
        .project_list([documented_project()])
        .works_list([Work::new()
            .link("https://www.a.com")
            .desc("个人设计作品")
            .attachment_id("12345678")
            .customized_data(custom("6934193211960330508", "1627379423000"))])
        .award_list([Award::new()
            .title("最佳新人奖")
            .award_time(TIME)
            .desc("最优秀的新人奖")
            .customized_data(custom("6934193211960330509", "奖项含金量很高"))])
        .language_list([LanguageSkill::new()
            .language(Language::English)
            .proficiency(LanguageProficiency::Beginner)
            .customized_data(custom("6934193211960330510", "3"))])
        .sns_list([SnsAccount::new()
            .sns_type(SnsPlatform::LinkedIn)
            .link("https://www.a.com")
            .customized_data(custom("6934193211960330511", "常用的社交账号"))])
        .preferred_city_code_list(["CT_2".to_owned()])
        .self_evaluation(
            SelfEvaluation::new()
                .content("自我评价：平常心")
                .customized_data(custom("6934193211960330512", "1")),
        )
        .customized_data([documented_module()])
}

fn documented_basic_info() -> combined_create::BasicInfo {
    let identification = Identification::new()
        .identification_type(IdentificationType::ResidentIdentityCard)
        .identification_number("511699199x1x111234");
    combined_create::BasicInfo::new("张三")
        .mobile("182900291190")
        .mobile_country_code("CN_1")
        .email("16xx1@126.com")
        .identification(identification)
        .start_work_time(TIME)
        .birthday(TIME)
        .gender(Gender::Male)
        .nationality_id("CN_112")
        .current_city_code("CT_159")
        .hometown_city_code("CT_159")
        .customized_data(custom("6934193211960330504", "已婚"))
}

fn documented_education() -> Education {
    Education::new()
        .degree(Degree::PrimarySchool)
        .school("香港大学")
        .field_of_study("考古")
        .start_time(TIME)
        .end_time(TIME)
        .education_type(EducationType::OverseasHongKongTaiwan)
        .academic_ranking(AcademicRanking::Top5Percent)
        .customized_data(custom("6934193211960330505", "C9"))
}

fn documented_career() -> Career {
    let period = CustomValue::period(1_577_808_000_000, 1_612_108_800_000);
    Career::new()
        .company("明日科技公司")
        .title("高级工程师")
        .desc("测试")
        .start_time(TIME)
        .end_time(TIME)
        .career_type(CareerType::Internship)
        .customized_data(custom("6934193211960330506", period))
}

fn documented_project() -> Project {
    Project::new()
        .name("系统稳定性提升项目")
        .role("研发人员")
        .link("https://www.a.com")
        .desc("该项目目标是提升整个系统的稳定性，达到行业一流水准。")
        .start_time(TIME)
        .end_time(TIME)
        .customized_data(custom("6934193211960330507", "1627379423000"))
}

fn documented_module() -> CustomModule {
    let both =
        CustomModuleField::new().object_id("6934193211960330513").value(CustomValue::multiple(["1", "2"]));
    CustomModule::new().object_id("6934193211960330504").children([vec![both]])
}

#[test]
fn fact_1_children_is_a_list_of_lists_at_the_top_and_object_id_with_value_stands_everywhere_below() {
    assert_eq!(body(&documented_create()), example("hire/v1/talent/combined_create.request.json"));
    let types = generated("hire/v1/types.rs");
    assert_eq!(types.matches("pub children:").count(), 1, "only a module has `children`");
}

#[test]
fn fact_2_a_name_is_required_on_create_and_optional_on_update() {
    let name: String = combined_create::BasicInfo::new("张三").name;
    assert_eq!(name, "张三");
    let name: Option<String> = combined_update::BasicInfo::new().name;
    assert_eq!(name, None);
    assert_eq!(
        body(&combined_update::Request::new("1", combined_update::BasicInfo::new())),
        json!({"talent_id": "1", "basic_info": {}}),
    );
}

#[test]
fn fact_3_an_unset_list_is_not_sent_an_empty_one_is_and_the_documentation_says_what_that_does() {
    let request = || combined_update::Request::new("1", combined_update::BasicInfo::new());
    assert!(body(&request()).get("award_list").is_none());
    assert_eq!(body(&request().award_list(Vec::new()))["award_list"], json!([]));
    assert_eq!(body(&request().customized_data(Vec::new()))["customized_data"], json!([]));

    let (api, code) = (api(), generated("hire/v1/talent/combined_update.rs"));
    let update = api.endpoint("hire.v1.talent.combined_update").unwrap();
    let replacing: Vec<&str> = update
        .body
        .iter()
        .flatten()
        .filter(|field| field.replaces)
        .map(|field| field.wire.as_str())
        .collect();
    let documented = [
        "education_list",
        "career_list",
        "project_list",
        "works_list",
        "award_list",
        "language_list",
        "sns_list",
        "customized_data",
    ];
    assert_eq!(replacing, documented);
    for list in replacing {
        let said = said_of(&code, &format!("pub {list}:"));
        assert!(said.contains("**Replaces**") && said.contains("erases the stored one"), "{list}: {said}");
    }
}

#[test]
fn fact_4_ids_of_list_items_are_in_no_request_and_init_source_id_is_deprecated() {
    let types = generated("hire/v1/types.rs");
    for name in
        ["Award", "Career", "CustomModule", "Education", "LanguageSkill", "Project", "SnsAccount", "Work"]
    {
        let (_, item) = types.split_once(&format!("pub struct {name} {{")).unwrap();
        let (item, _) = item.split_once("\n}").unwrap();
        assert!(!item.contains("pub id:"), "{name}: {item}");
    }
    for name in ["hire/v1/talent/combined_create.rs", "hire/v1/talent/combined_update.rs"] {
        assert!(!generated(name).contains("pub id:"), "{name}");
    }
    let said = said_of(&generated("hire/v1/talent/combined_create.rs"), "pub init_source_id:");
    assert!(said.contains("#[deprecated(note = ") && said.contains("resume_source_id"), "{said}");
}

#[test]
fn fact_5_enum_values_have_gaps_and_negatives_and_room_for_others() {
    let number = |value: &AcademicRanking| serde_json::to_value(value).unwrap();
    assert_eq!(number(&AcademicRanking::Other), -1);
    assert_eq!(number(&AcademicRanking::Top50Percent), 50);
    let of = |value: i64| serde_json::from_value::<IdentificationType>(json!(value)).unwrap();
    let known: Vec<i64> =
        (0..12).filter(|value| !matches!(of(*value), IdentificationType::Unrecognized(_))).collect();
    assert_eq!(known, [1, 2, 3, 4, 5, 6, 9]);
    assert_eq!(of(9), IdentificationType::TaiwanResidencePermit);
    assert_eq!(serde_json::to_value(of(7)).unwrap(), 7, "a value in a gap goes back as it came");
}

#[test]
fn fact_6_each_operation_asks_for_its_own_time() {
    use onboard_status::{OnboardOperation, Request};
    let request = |operation| Request::new("1", operation);
    assert_eq!(wrong(&request(OnboardOperation::Onboard)), ["onboard_time"]);
    assert_eq!(wrong(&request(OnboardOperation::Offboard)), ["overboard_time"]);
    assert_eq!(wrong(&request(OnboardOperation::Onboard).overboard_time(TIME)), ["onboard_time"]);
    assert_eq!(wrong(&request(OnboardOperation::Onboard).onboard_time(TIME)), [""; 0]);
    assert_eq!(wrong(&request(OnboardOperation::Offboard).overboard_time(TIME)), [""; 0]);
}

#[test]
fn fact_7_enum_type_is_2_and_names_are_measured_in_characters() {
    use employee_type::Request;
    use hire_api::contact::v3::types::{EnumStatus, I18nContent};
    let request = |content: &str| Request::new("1", content, EnumStatus::Active);
    assert_eq!(body(&request("专家")), json!({"content": "专家", "enum_type": 2, "enum_status": 1}));
    assert_eq!(wrong(&request("")), ["content"]);
    assert_eq!(wrong(&request(&"专".repeat(100))), [""; 0], "300 bytes are 100 characters");
    assert_eq!(wrong(&request(&"专".repeat(101))), ["content"]);
    let value = |value: &str| I18nContent::new().locale("zh_cn").value(value);
    let request =
        request("专家").i18n_content([value(&"专".repeat(100)), value(&"专".repeat(101)), value("")]);
    assert_eq!(wrong(&request), ["i18n_content[1].value", "i18n_content[2].value"]);
}

#[tokio::test]
async fn fact_8_a_path_parameter_is_one_segment_or_refused_before_anything_is_sent() {
    use employee_type::Request;
    use hire_api::contact::v3::types::EnumStatus;
    let server = Server::answering(r#"{"code":0,"msg":"success","data":{}}"#).await;
    let client = client(&server);
    let update = |id: &str| {
        let request = Request::new(id, "专家", EnumStatus::Active);
        client.contact().v3().employee_type_enum().update(request)
    };
    for id in ["", ".", "..", "%2e%2E", ".%2e", "a\nb", "\u{0}", "a\u{7f}"] {
        assert!(update(id).await.is_err(), "{id:?}");
    }
    assert_eq!(server.requests(), 0, "not even for a token");

    for id in ["exGeIjow7zIqWMy+ONkFxA==", "a/../b", "?x=1#y", "专家"] {
        update(id).await.unwrap();
    }
    let prefix = "PUT /open-apis/contact/v3/employee_type_enums/";
    assert_eq!(
        server.calls(),
        [
            format!("{prefix}exGeIjow7zIqWMy%2BONkFxA%3D%3D HTTP/1.1"),
            format!("{prefix}a%2F..%2Fb HTTP/1.1"),
            format!("{prefix}%3Fx%3D1%23y HTTP/1.1"),
            format!("{prefix}%E4%B8%93%E5%AE%B6 HTTP/1.1"),
        ],
    );
}

#[tokio::test]
async fn fact_9_an_answer_may_have_empty_data_or_none_and_any_word_for_success() {
    for msg in ["ok", "success", "SUCCESS"] {
        for data in ["", r#","data":{}"#, r#","data":null"#, r#","data":{"external_info":null,"new":[1]}"#] {
            let answer = format!(r#"{{"code":0,"msg":"{msg}"{data}}}"#);
            let server = Server::answering(&answer).await;
            let client = client(&server);
            let onboard = onboard_status::Request::new("1", onboard_status::OnboardOperation::Onboard)
                .onboard_time(TIME);
            client
                .hire()
                .v1()
                .talent()
                .onboard_status(onboard)
                .await
                .unwrap_or_else(|error| panic!("{answer}: {error}"));
            let external = external_info::Request::new("1", TIME);
            let created = client.hire().v1().talent_external_info().create(external).await.unwrap();
            assert_eq!(created.external_info, None, "{answer}");
        }
    }
}

#[test]
fn fact_10_the_kind_of_user_ids_has_a_default_and_user_id_needs_a_scope() {
    let request = || combined_create::Request::new(combined_create::BasicInfo::new("张三"));
    assert_eq!(prepared(&request()).query, "", "a default is never sent");
    assert_eq!(prepared(&request().user_id_type(UserIdType::UserId)).query, "user_id_type=user_id");
    let scope = "contact:user.employee_id:readonly";
    for name in ["combined_create", "combined_update"] {
        let code = generated(&format!("hire/v1/talent/{name}.rs"));
        let said = said_of(&code, "pub user_id_type:");
        assert!(said.contains(r#"Defaults to `"open_id"`."#), "{said}");
    }
    assert_eq!(combined_create::Request::METADATA.field_scopes, [scope]);
    assert_eq!(combined_update::Request::METADATA.field_scopes, [scope]);
    let types = generated("hire/v1/types.rs");
    let needing: BTreeSet<&str> = ["OpenId,", "UnionId,", "UserId,", "PeopleAdminId,"]
        .into_iter()
        .filter(|value| said_of(&types, value).contains(scope))
        .collect();
    assert_eq!(needing, ["UserId,"].into());
}
