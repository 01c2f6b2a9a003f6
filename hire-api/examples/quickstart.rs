//! Five typed calls: against a mock server on loopback, or against Feishu with `FEISHU_APP_ID` and `FEISHU_APP_SECRET` set.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::env;
use std::fmt::Debug;
use std::future::Future;

use hire_api::contact::v3::employee_type_enum::update as employee_type;
use hire_api::contact::v3::types::{EnumStatus, I18nContent};
use hire_api::hire::v1::talent::{combined_create, combined_update, onboard_status};
use hire_api::hire::v1::talent_external_info::create as external_info;
use hire_api::hire::v1::types::{CustomField, CustomModule, CustomModuleField, Degree, Education};
use hire_api::{Client, CustomValue, Error};
use hire_gen::mock::Mock;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Dropped at the end of `main`, which stops it.
    let mock;
    let client = match (env::var("FEISHU_APP_ID"), env::var("FEISHU_APP_SECRET")) {
        (Ok(id), Ok(secret)) => {
            println!("Calling Feishu as the app {id}.");
            Client::builder(id, secret).build()?
        }
        _ => {
            mock = Mock::start(hire_api::SCHEMA_DIR).await?;
            println!(
                "Calling a mock server at {}; set FEISHU_APP_ID and FEISHU_APP_SECRET to call Feishu.",
                mock.url()
            );
            Client::builder("cli_quickstart", "no-secret").with_base_url(mock.url()).build()?
        }
    };
    let talent = client.hire().v1().talent();

    // Required fields are arguments of `new`; all others are setters.
    let education = Education::new()
        .school("香港大学")
        .degree(Degree::Bachelor)
        .end_time(1_687_180_087_000_i64)
        .customized_data([CustomField::new().object_id("6934193211960330505").value("C9")]);
    let languages =
        CustomModuleField::new().object_id("6934193211960330513").value(CustomValue::multiple(["1", "2"]));
    let module = CustomModule::new().object_id("6934193211960330504").children(vec![vec![languages]]);
    let create =
        combined_create::Request::new(combined_create::BasicInfo::new("张三").email("zhangsan@example.com"))
            .education_list([education])
            .customized_data([module]);
    let created =
        show("1. hire.v1.talent.combined_create", &create, talent.combined_create(create.clone())).await?;
    let talent_id = created.talent_id.ok_or("the answer has no talent_id")?;

    // An unset list keeps the stored one; an empty list erases it.
    let basic_info = combined_update::BasicInfo::new().mobile("18200000000");
    let update = combined_update::Request::new(&talent_id, basic_info).award_list([]);
    show("2. hire.v1.talent.combined_update", &update, talent.combined_update(update.clone())).await?;

    let external = external_info::Request::new(&talent_id, 1_639_992_265_035_i64);
    let call = client.hire().v1().talent_external_info().create(external.clone());
    show("3. hire.v1.talent_external_info.create", &external, call).await?;

    let onboard = onboard_status::Request::new(&talent_id, onboard_status::OnboardOperation::Onboard);
    println!("4. hire.v1.talent.onboard_status");
    if let Err(refused) = talent.onboard_status(onboard.clone()).await {
        println!("   refused before anything was sent:\n   {}", refused.to_string().replace('\n', "\n   "));
    }
    let onboard = onboard.onboard_time(1_676_548_784_889_i64);
    show("   once more, with its time", &onboard, talent.onboard_status(onboard.clone())).await?;

    let names = I18nContent::new().locale("zh_cn").value("专家（中文）");
    let status = EnumStatus::Active;
    let rename =
        employee_type::Request::new("exGeIjow7zIqWMy+ONkFxA==", "专家", status).i18n_content([names]);
    let call = client.contact().v3().employee_type_enum().update(rename.clone());
    show("5. contact.v3.employee_type_enum.update", &rename, call).await?;
    Ok(())
}

/// Prints a request and its answer. `Debug` hides personal data.
async fn show<T: Debug>(
    name: &str,
    request: &impl Debug,
    call: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    println!("{name}\n   sent     {request:?}");
    let answer = call.await?;
    println!("   received {answer:?}");
    Ok(answer)
}
