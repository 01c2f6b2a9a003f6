//! `generated URL N`: N calls to the server at URL.

use hire_api::{Client, Quotas};
use hire_api::hire::v1::talent::combined_create;
use hire_api::hire::v1::types::{Degree, Education};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let url = args.next().unwrap_or_else(|| "https://open.feishu.cn".to_owned());
    let count: u32 = args.next().map_or(Ok(1), |n| n.parse())?;
    let client = Client::builder("cli_bench", "secret").with_base_url(url).with_quotas(Quotas::Ignore).build()?;
    for _ in 0..count {
        let education = Education::new().degree(Degree::Bachelor).school("HKU");
        let request = combined_create::Request::new(combined_create::BasicInfo::new("Zhang San"))
            .resume_source_id("1")
            .education_list([education]);
        let answer = client.hire().v1().talent().combined_create(request).await?;
        assert!(answer.talent_id.is_some());
    }
    Ok(())
}
