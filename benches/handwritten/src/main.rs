//! `handwritten URL N`: N calls to the server at URL.

use handwritten::{Client, model};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let url = args.next().unwrap_or_else(|| "https://open.feishu.cn".to_owned());
    let count: u32 = args.next().map_or(Ok(1), |n| n.parse())?;
    let client = Client::connect(&url, "cli_bench", "secret").await?;
    for _ in 0..count {
        let basic_info = model::BasicInfo { name: "Zhang San".to_owned(), ..Default::default() };
        let education = model::Education { degree: Some(6), school: Some("HKU".to_owned()), ..Default::default() };
        let body = model::CombinedCreate {
            resume_source_id: Some("1".to_owned()),
            basic_info,
            education_list: Some(vec![education]),
            ..Default::default()
        };
        let answer = client.combined_create(&body).await?;
        assert!(answer.talent_id.is_some());
    }
    Ok(())
}
