//! The talent endpoints as serde structs, enums being bare ints as everywhere.

use serde::{Deserialize, Serialize};

macro_rules! model {
    ($($(#[$meta:meta])* $name:ident { $($field:ident: $ty:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            $(#[serde(default, skip_serializing_if = "Skip::skip")] pub $field: $ty,)*
        }
    )*};
}

/// Whether a field is left out of the body.
pub trait Skip {
    fn skip(&self) -> bool;
}

impl<T> Skip for Option<T> {
    fn skip(&self) -> bool {
        self.is_none()
    }
}

impl Skip for String {
    fn skip(&self) -> bool {
        false
    }
}

impl Skip for i64 {
    fn skip(&self) -> bool {
        false
    }
}

impl Skip for BasicInfo {
    fn skip(&self) -> bool {
        false
    }
}

type Text = Option<String>;
type Int = Option<i64>;
type Custom = Option<Vec<CustomField>>;

model! {
    CombinedCreate {
        init_source_id: Text, resume_source_id: Text, folder_id_list: Option<Vec<String>>, creator_id: Text,
        creator_account_type: Int, resume_attachment_id: Text, basic_info: BasicInfo,
        education_list: Option<Vec<Education>>, career_list: Option<Vec<Career>>,
        project_list: Option<Vec<Project>>, works_list: Option<Vec<Work>>, award_list: Option<Vec<Award>>,
        language_list: Option<Vec<Language>>, sns_list: Option<Vec<Sns>>,
        preferred_city_code_list: Option<Vec<String>>, self_evaluation: Option<SelfEvaluation>,
        customized_data: Option<Vec<CustomModule>>,
    }
    CombinedUpdate {
        talent_id: String, init_source_id: Text, folder_id_list: Option<Vec<String>>, operator_id: Text,
        operator_account_type: Int, resume_attachment_id: Text, basic_info: BasicInfo,
        education_list: Option<Vec<Education>>, career_list: Option<Vec<Career>>,
        project_list: Option<Vec<Project>>, works_list: Option<Vec<Work>>, award_list: Option<Vec<Award>>,
        language_list: Option<Vec<Language>>, sns_list: Option<Vec<Sns>>,
        preferred_city_code_list: Option<Vec<String>>, self_evaluation: Option<SelfEvaluation>,
        customized_data: Option<Vec<CustomModule>>,
    }
    BasicInfo {
        name: String, mobile: Text, mobile_country_code: Text, email: Text, identification: Option<Identification>,
        start_work_time: Text, birthday: Text, gender: Int, nationality_id: Text, current_city_code: Text,
        hometown_city_code: Text, customized_data: Custom,
    }
    Identification { identification_type: Int, identification_number: Text, }
    Education {
        degree: Int, school: Text, field_of_study: Text, start_time: Text, end_time: Text, education_type: Int,
        academic_ranking: Int, customized_data: Custom,
    }
    Career {
        company: Text, title: Text, desc: Text, start_time: Text, end_time: Text, career_type: Int,
        customized_data: Custom,
    }
    Project {
        name: Text, role: Text, link: Text, desc: Text, start_time: Text, end_time: Text, customized_data: Custom,
    }
    Work { link: Text, desc: Text, attachment_id: Text, customized_data: Custom, }
    Award { title: Text, award_time: Text, desc: Text, customized_data: Custom, }
    Language { language: Int, proficiency: Int, customized_data: Custom, }
    Sns { sns_type: Int, link: Text, customized_data: Custom, }
    SelfEvaluation { content: Text, customized_data: Custom, }
    CustomField { object_id: Text, value: Text, }
    CustomModule { object_id: Text, children: Option<Vec<Vec<CustomField>>>, }
    OnboardStatus { operation: i64, onboard_time: Text, overboard_time: Text, }
    ExternalInfoCreate { external_create_time: String, }
    CombinedCreateAnswer { talent_id: Text, creator_id: Text, creator_account_type: Int, }
    CombinedUpdateAnswer { talent_id: Text, operator_id: Text, operator_account_type: Int, }
    ExternalInfoAnswer { external_info: Option<ExternalInfo>, }
    ExternalInfo { talent_id: Text, external_create_time: Text, }
    Empty {}
}

/// `code`, `msg`, `data`.
#[derive(Deserialize)]
pub struct Envelope<T> {
    pub code: i64,
    #[serde(default)]
    pub msg: String,
    pub data: Option<T>,
}
