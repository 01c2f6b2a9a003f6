//! `codec generated|handwritten encode|decode N`: N times the documented example; run under callgrind to count instructions.

use std::hint::black_box;

const EXAMPLE: &str = include_str!("../../../schema/hire/v1/talent/combined_create.request.json");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [who, what, count] = args.as_slice() else { return Err("codec generated|handwritten encode|decode N".into()) };
    let count: u32 = count.parse()?;
    match who.as_str() {
        "generated" => run::<hire_api::hire::v1::talent::combined_create::Request>(what, count),
        "handwritten" => run::<handwritten::model::CombinedCreate>(what, count),
        other => Err(format!("`{other}`: expected `generated` or `handwritten`").into()),
    }
}

fn run<T>(what: &str, count: u32) -> Result<(), Box<dyn std::error::Error>>
where
    T: serde_json_traits::Both,
{
    let value: T = serde_json::from_str(EXAMPLE)?;
    for _ in 0..count {
        match what {
            "encode" => drop(black_box(serde_json::to_vec(black_box(&value))?)),
            "decode" => drop(black_box(serde_json::from_str::<T>(black_box(EXAMPLE))?)),
            other => return Err(format!("`{other}`: expected `encode` or `decode`").into()),
        }
    }
    Ok(())
}

mod serde_json_traits {
    //! What both structs can do.

    pub trait Both: serde::Serialize + serde::de::DeserializeOwned {}

    impl<T: serde::Serialize + serde::de::DeserializeOwned> Both for T {}
}
